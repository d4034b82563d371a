"""What a local job needs of the disk, read and checked before anything that takes time is loaded or started."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import ConfigurationError
from bot.solve.directory import read_directory
from bot.solve.local_desk import Head
from bot.words.job import Job, Kind, Person, Repository
from bot.words.place import Place
from bot.words.snapshot import Snapshot

#: The length that GitHub allows an issue's text to have.
LONGEST_ISSUE = 65_536


def read_issue(path: Path, named: str = "--issue ") -> tuple[str, str]:
    """Title and text of an issue file: the first line is the title (a leading "#" is dropped).

    Args:
        path: the file.
        named: what stands before the path in an error.

    Raises:
        ConfigurationError: it can't be read, or says nothing.
    """
    try:
        text = path.read_bytes().decode("utf-8", "replace").strip()
    except OSError as error:
        raise ConfigurationError(f"{named}{path} can't be read: {error.strerror}.") from error
    if not text:
        raise ConfigurationError(f"{named}{path} is empty. Its first line is the title, the rest the text.")
    if len(text) > LONGEST_ISSUE:
        raise ConfigurationError(f"{named}{path} is longer than GitHub's {LONGEST_ISSUE} characters.")
    title, _, body = text.partition("\n")
    return title.lstrip("# ").strip()[:256], body.strip()


@dataclass(frozen=True, slots=True)
class LocalRequest:
    """What is to be done, on which files, and where the results go; `head` is a pull request's, in a replay."""

    job: Job
    snapshot: Snapshot
    out: Path
    place: Place = field(default_factory=Place)
    head: Head | None = None


def read_request(repo: Path, issue: Path, out: Path | None) -> LocalRequest:
    """Read everything that a local job needs of the disk.

    Args:
        repo: the directory to work on; only ever read.
        issue: the issue's file.
        out: folder for the results; by default `intern-out` beside the repository.

    Raises:
        ConfigurationError: wrong usage; nothing was done.
    """
    title, body = read_issue(issue)
    root = Path(os.path.realpath(repo))  # unlike `Path.resolve` it takes a link that leads to itself
    out = out or root.parent / "intern-out"
    if Path(os.path.realpath(out)).is_relative_to(root):
        raise ConfigurationError(f"--out {out} lies inside of --repo, which is never touched. Name another folder.")
    snapshot = read_directory(repo)
    job = local_job(title, body, root.name or "repository", snapshot)
    return LocalRequest(job, snapshot, out, Place(root=str(root)))


def local_job(title: str, body: str, name: str, snapshot: Snapshot) -> Job:
    """The job of somebody at a terminal, for a repository of this name."""
    return Job(
        id=f"local-{snapshot.commit[:12]}",
        kind=Kind.SOLVE,
        repository=Repository(id=0, owner="local", name=name, default_branch=""),
        issue=0,
        title=title,
        body=body,
        requester=Person(id=0, login="you"),
    )
