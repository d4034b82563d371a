"""Archives: what a room might send in place of tar's own. No driver is needed to read them."""

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

from sandbox.files import File
from sandbox.room import MIB, SandboxError
from sandbox.tar import unpack
from tests.redteam.arena import Arena
from tests.redteam.attack import Attack, Seen, each
from tests.redteam.forge import END, endless, entry, header, padded, pax, pythons, record

SIZE, COUNT = MIB, 100
#: What stayed in the workspace and does not travel.
BESIDE = {"src/pkg/mod.py": File(b"x"), "README.md": File(b"y")}

Archive = bytes | Iterable[bytes]


def taken(arena: Arena | None, attack: Attack, archive: Callable[[], Archive]) -> Seen:
    """What is made of it, how long that takes and how much memory."""
    made = archive()
    gc.collect()
    tracemalloc.start()
    started = time.monotonic()
    try:
        told = (
            f"took {sorted(unpack([made] if isinstance(made, bytes) else made, size=SIZE, count=COUNT, beside=BESIDE))}"
        )
    except SandboxError as error:
        told = f"{error}"
    spent, (_, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    large = peak > 8 * MIB
    return {
        "told": told,
        "in time": "yes" if spent < 3 else f"no: {spent:.1f} seconds",
        "memory": f"{peak}" if large else "little",
    }


def several(names: Iterable[str | bytes]) -> Callable[[], Iterator[bytes]]:
    """Each name in an archive of its own, all of which must be refused: the first that is not is the archive."""

    def find() -> bytes:
        for name in names:
            archive = (
                entry(b"./" + (name if isinstance(name, bytes) else name.encode("utf-8", "surrogatepass")), b"x") + END
            )
            try:
                unpack([archive], size=SIZE, count=COUNT)
            except SandboxError:
                continue
            return archive
        return archive

    return find


def together(*names: str) -> Callable[[], bytes]:
    """These names in one archive; one that ends with a slash is a folder's."""
    return lambda: (
        b"".join(
            entry(f"./{name}".encode(), b"" if name.endswith("/") else b"x", b"5" if name.endswith("/") else b"0")
            for name in names
        )
        + END
    )


def cut() -> bytes:
    """An honest archive, ended at the first place where that is not noticed; whole when there is none."""
    whole = entry(b"./a", b"1" * 700) + entry(b"./" + b"n" * 300, b"2") + entry(b"./c/", b"", b"5")
    for at in range(0, len(whole), 64):
        try:
            unpack([whole[:at]], size=SIZE, count=COUNT)
        except SandboxError:
            continue
        return whole[:at]
    return whole


CLIMBING = ("../x", "../../etc/passwd", "a/../../x", "a/..", "..", "/etc/passwd", "//x", "a//b", "a/./b", ".", "", "a/")
HIDDEN = (
    "a\nb",
    "a\rb",
    "a\tb",
    "a\x1bb",
    "a\x7fb",
    "a\x85b",
    "\ud800",
    b"\xff",
    b"a\xc0\xafb",
    b"\xed\xa0\x80",
    "n" * 1025,
)
BACKSLASHES = ("a\\b", "..\\x", "a\\..\\..\\x", ".git\\hooks\\x", "C:\\x", "\\\\host\\share")
METADATA = (
    *(".git", ".git/config", "sub/.git/hooks/post-checkout", ".GIT/config", ".Git", ".gIt/x", ".git./x", ".git /x"),
    *(".git . ./x", "git~1", "GIT~1/x", "sub/git~1/config", ".git::$INDEX_ALLOCATION/config", ".git:stream", "git~1:x"),
    *(
        ".g\u200cit",
        ".gi\u200dt/config",
        "\ufeff.git/config",
        ".git\u200e",
        ".\u202ag\u202ei\u206at\u206f",
        ".G\u200fIT",
    ),
)
KINDS = b"12346789ADEIKMNSVXYZgx\0\x80\xff"
SIZES = (
    *(b"\x80" + bytes(10) + b"\x01", b"\x80" + b"\xff" * 11, b"\xff" * 12, b"\xff" * 11 + b"\x00", b"\xb2" * 11),
    *(b"-0000000001", b"+0000000001", b"0x00000001", b"00000000_01", b"00000000008", b"1e3", b"", b"           "),
    *(b"77777777777", b"00010000000"),
)

HONEST: dict[str, tuple[str, Callable[[], Archive], str]] = {
    "an honest archive": (
        "Sends what tar sends: the control.",
        lambda: entry(b"./dir/", b"", b"5") + entry(b"./dir/" + b"n" * 300, b"x" * 700, mode=b"0000755\0") + END,
        r"took \['dir/n{300}'\]",
    ),
    "more after the end": (
        "Goes on after the end of the archive, where nothing is read any more.",
        lambda: entry(b"./a", b"1") + END + entry(b"./.git/config", b"2") + END,
        r"took \['a'\]",
    ),
}
HOSTILE: dict[str, tuple[str, Callable[[], Archive]]] = {
    "names that climb": ("Names what is not below the workspace.", several(CLIMBING)),
    "names that hide": ("Has control characters, broken text and too long names.", several(HIDDEN)),
    "names with backslashes": ("Names folders as other systems write them.", several(BACKSLASHES)),
    "git's own folder": ("Names it in every way that some system takes for it.", several(METADATA)),
    "no plain files": (
        "Has links, devices, and every other kind of member.",
        lambda: next((one for one in map(_of_kind, KINDS) if not _is_refused(one)), _of_kind(KINDS[0])),
    ),
    "wrong sizes": (
        "Has sizes that are negative, none, or more than there is.",
        lambda: next((one for one in map(_of_size, SIZES) if not _is_refused(one)), _of_size(SIZES[0])),
    ),
    "a million digits": ("Makes a regular expression look at digits for hours.", lambda: pax(b"1" * MIB)),
    "a million records": (
        "Says a million things of one file.",
        lambda: pax(b"".join(record(b"k%d" % number, b"v") for number in range(60_000))),
    ),
    "records of another size": ("Says that a file is larger than all disks.", lambda: pax(record(b"size", b"9" * 18))),
    "records of another path": ("Says that a file is another one.", lambda: pax(record(b"path", b"../../etc/passwd"))),
    "records of another alphabet": ("Says that names are no text.", lambda: pax(record(b"hdrcharset", b"BINARY"))),
    "records for all": ("Says it of every file that comes.", lambda: pax(record(b"path", b".git/config"), b"g")),
    "records that lie about their length": (
        "Has records that end elsewhere.",
        lambda: pax(b"999999999 path=x\n" + b"0 a=b\n"),
    ),
    "holes of version 0.0": (
        "Says that a file is mostly holes.",
        lambda: pax(
            b"".join(
                map(
                    record,
                    *zip(*((b"GNU.sparse." + key, b"99999999999") for key in (b"size", b"numblocks")), strict=True),
                )
            )
        ),
    ),
    "holes of version 0.1": ("The same, in another way.", lambda: pax(record(b"GNU.sparse.map", b"0,99999999999"))),
    "holes of version 1.0": (
        "The same, in a third way.",
        lambda: pax(
            record(b"GNU.sparse.major", b"1")
            + record(b"GNU.sparse.minor", b"0")
            + record(b"GNU.sparse.realsize", b"9" * 12)
        ),
    ),
    "what Python writes": ("Says all in records, as other programs do.", lambda: pythons("\u00e4" * 60)),
    "a long name": ("Has a name of a megabyte.", lambda: entry(b"./" + b"n" * (MIB - 4096), b"1") + END),
    "a name without an end": (
        "Says that a name has eight gigabytes.",
        lambda: endless(header(b"x", b"77777777777", b"L"), b"n" * 65536),
    ),
    "names of names": (
        "Has names before names.",
        lambda: header(b"x", b"00000000001", b"L") + padded(b"a") * 2 + entry(b"./" + b"n" * 200) + END,
    ),
    "two names": (
        "Has two names before one file.",
        lambda: (header(b"x", b"00000000003", b"L") + padded(b"./b")) * 2 + entry(b"./a", b"1") + END,
    ),
    "a name for nothing": (
        "Has a name and then the end.",
        lambda: header(b"x", b"00000000003", b"L") + padded(b"./b") + END,
    ),
    "a link's long name": (
        "Has a long name of what a link leads to.",
        lambda: header(b"x", b"00000000003", b"K") + padded(b"/etc") + END,
    ),
    "a wrong sum": ("Has a header that was changed.", lambda: header(sum=b"0000000\0") + END),
    "another format": ("Is of another program.", lambda: header(magic=b"ustar\x0000") + END),
    "no format": ("Is of a program of long ago.", lambda: header(magic=bytes(8)) + END),
    "a folder with content": (
        "Has a folder that holds bytes.",
        lambda: header(b"./d/", b"00000000512", b"5") + b"x" * 512 + END,
    ),
    "the same name twice": ("Sends a file twice.", together("a", "a")),
    "the same name in capitals": ("Sends names that differ in case alone.", together("a/b", "A/b")),
    "the same name in letters": (
        "Sends names that some systems take for the same.",
        together("stra\u00dfe", "STRASSE"),
    ),
    "the same name in pieces": ("Sends a letter in one piece and in two.", together("\u00e9", "e\u0301")),
    "the same name as a sign": ("Sends a letter and the sign of a unit that looks like it.", together("k", "\u212a")),
    "a file as a folder": ("Sends a file and something below it.", together("a", "a/b")),
    "a file where a folder stayed": ("Sends a file with the name of a folder that has other files.", together("src")),
    "a file below what stayed": ("Sends a file below a file that stayed.", together("README.md/x")),
    "a folder like one that stayed": (
        "Sends a folder whose name differs in case from one that stayed.",
        together("SRC/", "SRC/x"),
    ),
    "a file like one that stayed": (
        "Sends a file whose name differs in case from one that stayed.",
        together("readme.MD"),
    ),
    "too many": (
        "Sends more files than there may be.",
        lambda: b"".join(entry(b"./%d" % number) for number in range(102)) + END,
    ),
    "folders without end": (
        "Sends folders for ever.",
        lambda: (entry(b"./%d/" % number, b"", b"5") for number in range(10**9)),
    ),
    "the workspace without end": (
        "Sends the workspace itself for ever.",
        lambda: endless(b"", entry(b"./", b"", b"5")),
    ),
    "too large": ("Sends more bytes than there may be.", lambda: endless(header(size=b"77777777777"), bytes(65536))),
    "too large in pieces": (
        "Sends many files that are too large together.",
        lambda: (entry(b"./%d" % number, bytes(20_000)) for number in range(99)),
    ),
    "a file that does not come": ("Ends in the middle of a file.", lambda: header(size=b"00000001000") + b"x" * 100),
    "an end too early": ("Ends at any place before the end.", cut),
    "nothing": ("Sends nothing at all.", lambda: b""),
    "noise": ("Sends noise.", lambda: bytes(range(256)) * 64),
}


def _of_kind(kind: int) -> bytes:
    return entry(b"./a", b"", bytes([kind]), link=b"/etc/passwd") + END


def _of_size(size: bytes) -> bytes:
    return header(size=size) + b"x" * 512 + END


def _is_refused(archive: bytes) -> bool:
    try:
        unpack([archive], size=SIZE, count=COUNT)
    except SandboxError:
        return True
    return False


def _attack(name: str, tries: str, archive: Callable[[], Archive], told: str) -> Attack:
    return Attack(
        name,
        tries,
        "",
        each("told", told) | each("memory", "little"),
        lambda arena, attack: taken(arena, attack, archive),
    )


ATTACKS = (
    *(_attack(name, tries, archive, told) for name, (tries, archive, told) in HONEST.items()),
    *(_attack(name, tries, archive, "refused .*") for name, (tries, archive) in HOSTILE.items()),
)
