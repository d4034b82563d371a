"""Honest archives with some bytes changed: whatever they become is refused, or plain data."""

import io
import tarfile
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.files import File
from sandbox.room import MIB, SandboxError
from sandbox.tar import pack, unpack
from tests.redteam.forge import entry, header, padded

FORMATS = (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT)
WORDS = (b"0", b"7", b"\0", b"\xff", b"/", b"..", b"./", b".git", b"\\", b"L", b"x", b"5", b"2", b"S", b"77777777777")


def seeds() -> list[bytes]:
    found = [b"".join(pack({"a": File(b"1"), "b/c": File(b"2" * 600, executable=True), "n" * 150: File(b"")}))]
    found.append(entry(b"./d/", b"", b"5") + entry(b"./d/" + b"n" * 200, b"x" * 100) + bytes(1024))
    found.append(header(b"x", b"00000000003", b"L") + padded(b"./b") + entry(b"./a", b"1") + bytes(1024))
    for form in FORMATS:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w", format=form) as made:
            for name in ("a", "dir/b", "\u00e4"):
                member = tarfile.TarInfo(name)
                member.size = 3
                made.addfile(member, io.BytesIO(b"abc"))
        found.append(target.getvalue())
    return found


@st.composite
def mutated(draw: st.DrawFn) -> tuple[bytes, int]:
    data = bytearray(draw(st.sampled_from(seeds())))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(("set", "put", "cut", "copy", "sum"))):
            case "set":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "put":
                word = draw(st.sampled_from(WORDS))
                data[at : at + len(word)] = word
            case "cut":
                del data[at : at + draw(st.sampled_from((1, 100, 512)))]
            case "copy":
                data[at:at] = data[at - at % 512 : at - at % 512 + 512]
            case "sum":  # so that changes of headers get past their sums
                for start in range(0, len(data) - 511, 512):
                    block = data[start : start + 512]
                    if block[257:262] == b"ustar":
                        total = sum(block[:148]) + 8 * 32 + sum(block[156:])
                        data[start + 148 : start + 156] = b"%06o\0 " % total
    return bytes(data), draw(st.sampled_from((1, 100, 512, 4096)))


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_a_mutated_archive_is_refused_or_plain_data(case: tuple[bytes, int]) -> None:
    data, chunk = case
    try:
        files = unpack((data[at : at + chunk] for at in range(0, len(data), chunk)), size=MIB, count=50)
    except SandboxError:
        return

    assert sum(len(file.data) for file in files.values()) <= len(data)
    for path in files:
        parts = path.split("/")
        assert all(part not in ("", ".", "..", ".git") for part in parts)
        assert not path.startswith("/")
        assert "\\" not in path
        assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in path)
        assert not any(other.startswith(path + "/") for other in files)
    assert len({path.casefold() for path in files}) == len(files)
