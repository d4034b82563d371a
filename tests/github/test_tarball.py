"""GitHub's archive is read as data: what git could never hold is refused, what is too much is not read."""

import gzip
import io
import tarfile

import pytest

from bot.errors import GitHubError, Refusal
from bot.github.tarball import TarCaps, read_tarball

PREFIX = "octo-shop-0123abc"


def tarball(*members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, mode: int = 0o664) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", pax_headers={"comment": "f" * 40}) as tar:
        folder = tarfile.TarInfo(PREFIX)
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.type, info.mode, info.linkname = len(data), kind, mode, "/etc/passwd"
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(stream.getvalue(), 1)


def test_regular_files_come_without_the_leading_folder() -> None:
    files = read_tarball(tarball((f"{PREFIX}/a.py", b"x = 1\r\n"), (f"{PREFIX}/pkg/\u00e9.txt", b"\xff\x00")))
    assert {path: file.data for path, file in files.items()} == {
        "a.py": b"x = 1\r\n",
        "pkg/\u00e9.txt": b"\xff\x00",
    }
    assert not files["a.py"].executable


def test_the_executable_bit_is_kept_and_no_other() -> None:
    assert read_tarball(tarball((f"{PREFIX}/run", b"#!"), mode=0o4775))["run"].executable


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_left_out(kind: bytes) -> None:
    assert read_tarball(tarball((f"{PREFIX}/evil", b""), kind=kind)) == {}


@pytest.mark.parametrize(
    "name",
    [
        "/etc/cron.d/x",
        f"{PREFIX}/../../x",
        f"{PREFIX}/.git/config",
        f"{PREFIX}/sub/.GIT/hooks/x",
        f"{PREFIX}//x",
    ],
)
def test_impossible_paths_are_refused(name: str) -> None:
    with pytest.raises(Refusal, match="can't be worked on"):
        read_tarball(tarball((name, b"x")))


def test_a_path_that_comes_twice_is_refused() -> None:
    with pytest.raises(Refusal, match="repeats"):
        read_tarball(tarball((f"{PREFIX}/a", b"1"), (f"{PREFIX}/a", b"2")))


def test_too_many_files_or_bytes_are_refused_and_large_files_left_out() -> None:
    packed = tarball((f"{PREFIX}/a", b"12345"), (f"{PREFIX}/b", b"1"))
    assert set(read_tarball(packed, TarCaps(each=4))) == {"b"}
    with pytest.raises(Refusal, match="over 1 files"):
        read_tarball(packed, TarCaps(files=1))
    with pytest.raises(Refusal, match="MiB of files"):
        read_tarball(packed, TarCaps(total=5))


def test_a_bomb_is_noticed_while_it_unpacks() -> None:
    bomb = tarball((f"{PREFIX}/zeros", b"\0" * (8 * 1024 * 1024)))
    assert len(bomb) < 100_000
    with pytest.raises(Refusal, match="too large"):
        read_tarball(bomb, TarCaps(each=10, unpacked=1024 * 1024))


@pytest.mark.parametrize("cut", [0, 10, 100, -20])
def test_a_damaged_archive_is_githubs_error(cut: int) -> None:
    noise = bytes(range(256)) * 200
    with pytest.raises(GitHubError, match="damaged"):
        read_tarball(tarball((f"{PREFIX}/a", noise))[:cut])


def test_what_is_no_archive_is_githubs_error() -> None:
    with pytest.raises(GitHubError, match="damaged"):
        read_tarball(b"<html>Unicorn!</html>")
