"""The stand-in's repository is git's own: another git reads it and agrees on every SHA."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from bot.standins.github import GitHub, Repository, executable, submodule, symlink
from bot.standins.github.git import File, GitError
from tests.standins.client import REPO, Client

IDENTITY = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A"}
DATES = {
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "1 +0000",
    "GIT_COMMITTER_DATE": "1 +0000",
}


def git(folder: Path, *arguments: str) -> str:
    environment = {"HOME": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def tree_by_git(folder: Path) -> str:
    git(folder, "init", "--quiet")
    Path(folder, "src").mkdir()
    Path(folder, "src/sub.py").write_text("def sub(a, b): ...\n")
    Path(folder, "tally.py").write_text("def add(a, b):\n    return a + b\n")
    Path(folder, "link").symlink_to("tally.py")
    git(folder, "add", ".")
    return git(folder, "write-tree")


async def test_a_commit_by_the_api_has_the_sha_that_git_gives_the_same_files(
    bot: Client, tally: Repository, tmp_path: Path
) -> None:
    sha = await bot.branch("intern/issue-1", {"src/sub.py": "def sub(a, b): ...\n", "docs/read me.md": None})
    assert tree_by_git(tmp_path) == tally.log(sha)[0].tree
    assert git(tally.git.folder, "rev-parse", "refs/heads/intern/issue-1") == sha
    assert git(tally.git.folder, "fsck", "--strict") == ""


def test_a_clone_of_it_works(tally: Repository, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(tally.git.folder), "clone")
    assert Path(tmp_path, "clone/tally.py").read_bytes() == tally.read("main")["tally.py"]


def test_odd_files_keep_their_modes(github: GitHub) -> None:
    files: dict[str, File] = {
        "run": executable("#!/bin/sh\n"),
        "away": symlink("/etc/passwd"),
        "vendor/lib": submodule("1" * 40),
        "raw.bin": b"\xff\x00\xfe",
    }
    odd = github.repository("alice/odd", files)
    modes = {path: entry.mode for path, entry in odd.entries("main").items()}
    assert modes == {"run": "100755", "away": "120000", "vendor/lib": "160000", "raw.bin": "100644"}
    assert odd.read("main")["raw.bin"] == b"\xff\x00\xfe"


@pytest.mark.parametrize("path", ["../up", "a/.git/config", "/root", "a//b", ".GIT/hooks/x"])
def test_malformed_paths_are_refused(tally: Repository, path: str) -> None:
    with pytest.raises(GitError, match="malformed path"):
        tally.git.store(None, {path: "x"})


async def test_the_tarball_is_a_redirect_to_a_link_without_token(
    github: GitHub, bot: Client, tally: Repository
) -> None:
    reply = await bot.ask("GET", f"{REPO}/tarball/main")
    assert reply.status == 302
    data = (await bot.ask("GET", reply.headers["Location"], token="")).body
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        prefix = f"alice-tally-{tally.log('main')[0].sha[:7]}"
        assert {f"{prefix}/tally.py", f"{prefix}/link"} <= set(archive.getnames())
        assert archive.getmember(f"{prefix}/link").linkname == "tally.py"
    github.clock.advance(301)
    assert (await bot.ask("GET", reply.headers["Location"], token="")).status == 404


async def test_a_download_can_fail_too(github: GitHub, bot: Client) -> None:
    link = (await bot.ask("GET", f"{REPO}/tarball/main")).headers["Location"]
    github.fail("GET", "/codeload/", "503")
    assert [(await bot.ask("GET", link)).status for _ in range(2)] == [503, 200]
    assert [seen.kind for seen in github.requests[-2:]] == ["bad", "download"]


async def test_an_empty_repository_answers_as_github_does(github: GitHub, bot: Client) -> None:
    github.repository("alice/void")
    link = (await bot.ask("GET", "/repos/alice/void/tarball/main")).headers["Location"]
    assert (await bot.ask("GET", link)).status == 400
    for path, status, message in (
        ("contents/README.md", 404, "This repository is empty."),
        ("git/ref/heads/main", 409, "Git Repository is empty."),
        ("git/trees/main", 409, "Git Repository is empty."),
        ("commits/main", 409, "Git Repository is empty."),
        ("branches/main", 404, "Branch not found"),
    ):
        reply = await bot.ask("GET", f"/repos/alice/void/{path}")
        assert (reply.status, reply.body["message"]) == (status, message)
    blob = await bot.ask("POST", "/repos/alice/void/git/blobs", {"content": "x"})
    assert (blob.status, blob.body["message"]) == (409, "Git Repository is empty.")
    assert github.violations == []
