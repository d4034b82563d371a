"""Archives of a hostile peer: refused, and nothing of them is ever written."""

import io
import tarfile
from collections.abc import Callable

import pytest

from sandbox.files import File
from sandbox.room import MIB, SandboxError
from sandbox.tar import pack, packed_size, unpack


def archive(*members: tuple[str, bytes | Callable[[tarfile.TarInfo], None]]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as made:
        for name, content in members:
            info = tarfile.TarInfo(name)
            data = content if isinstance(content, bytes) else b""
            info.size = len(data)
            if not isinstance(content, bytes):
                content(info)
            made.addfile(info, io.BytesIO(data))
    return target.getvalue()


def made_as(kind: bytes, link: str = "") -> Callable[[tarfile.TarInfo], None]:
    def change(info: tarfile.TarInfo) -> None:
        info.type, info.linkname = kind, link

    return change


def read(data: bytes, *, size: int = MIB, count: int = 100, chunk: int = 1000) -> dict[str, File]:
    return unpack((data[start : start + chunk] for start in range(0, len(data), chunk)), size=size, count=count)


def test_what_was_packed_comes_out() -> None:
    files = {
        "a": File(b""),
        "b/c \u00e4": File(b"\x00" * 3000, executable=True),
        "x" * 200 + "/y": File(b"long"),
    }

    assert read(b"".join(pack(files))) == files
    assert len(b"".join(pack(files))) == packed_size(files)


@pytest.mark.parametrize("chunk", [1, 511, 512, 10**6])
def test_chunks_may_have_any_size(chunk: int) -> None:
    assert read(archive(("./a", b"1"), ("./b/c", b"2" * 700)), chunk=chunk) == {
        "a": File(b"1"),
        "b/c": File(b"2" * 700),
    }


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([("../out", b"")], "path"),
        ([("/etc/passwd", b"")], "path"),
        ([("a/../../b", b"")], "path"),
        ([("a//b", b"")], "path"),
        ([("a/./b", b"")], "path"),
        ([("", b"")], "path"),
        ([("line\nbreak", b"")], "control"),
        ([("a" * 2000, b"")], "path"),
        ([("link", made_as(tarfile.SYMTYPE, "/etc/passwd"))], "plain files"),
        ([("a", b"1"), ("b", made_as(tarfile.LNKTYPE, "a"))], "plain files"),
        ([("fifo", made_as(tarfile.FIFOTYPE))], "plain files"),
        ([("device", made_as(tarfile.BLKTYPE))], "plain files"),
        ([("zero", made_as(tarfile.CHRTYPE))], "plain files"),
        ([(".git/hooks/post-checkout", b"")], "metadata"),
        ([("sub/.GIT/config", b"")], "metadata"),
        ([(".git", b"gitdir: elsewhere")], "metadata"),
        ([(".git. /x", b"")], "metadata"),
        ([("a", b"1"), ("a", b"2")], "same file"),
        ([("a", b"1"), ("A", b"2")], "same file"),
        ([("stra\u00dfe", b"1"), ("STRASSE", b"2")], "same file"),
        ([("\u00e9", b"1"), ("e\u0301", b"2")], "same file"),
    ],
)
def test_hostile_members_are_refused(members: list, why: str) -> None:
    with pytest.raises(SandboxError, match=why):
        read(archive(*members))


def test_too_many_members_are_refused() -> None:
    with pytest.raises(SandboxError, match="more than 100"):
        read(archive(*((f"f{n}", b"") for n in range(102))))


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    taken = []

    def endless():
        yield archive(("a", b"x"))[:512].replace(b"00000000001\x00", b"77777777777\x00")
        while True:
            taken.append(1)
            yield b"x" * 65536

    with pytest.raises(SandboxError, match="refused workspace"):
        unpack(endless(), size=MIB, count=10)
    assert len(taken) < 30


def test_a_sparse_bomb_is_refused() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as made:
        info = tarfile.TarInfo("bomb")
        info.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "bomb.bin",
            "GNU.sparse.realsize": str(2**32),
        }
        data = b"1\n4294967295\n1\n".ljust(512, b"\0") + b"x".ljust(512, b"\0")
        info.size = len(data)
        made.addfile(info, io.BytesIO(data))

    with pytest.raises(SandboxError, match="refused"):
        read(target.getvalue())


@pytest.mark.parametrize(
    "data", [b"", b"garbage" * 500, archive(("a", b"x" * 5000))[:3000]], ids=["empty", "garbage", "cut"]
)
def test_broken_archives_are_refused(data: bytes) -> None:
    with pytest.raises(SandboxError, match="refused workspace"):
        read(data)
