"""Choice: which collection is meant by the words of a command line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigurationError
from bot.trial.collection import Collection
from bot.trial.git_history import GitHistory
from bot.trial.tasks import Tasks

MOST_FIXES = 500


def folder_for(out: Path | None, repo: str | None) -> Path:
    """Where the results go: as named, else `intern-trial`, beside a repository and never inside of it.

    Raises:
        ConfigurationError: the named folder lies inside of the repository.
    """
    root = Path(repo).resolve() if repo and Path(repo).is_dir() else None
    chosen = out or (root.parent / "intern-trial" if root else Path("intern-trial"))
    if root is not None and chosen.resolve().is_relative_to(root):
        raise ConfigurationError(f"--out {chosen} lies inside of --repo, which is never touched. Name another folder.")
    return chosen


@contextmanager
def open_collection(tasks: Path | None, repo: str, last: int, only: Sequence[str]) -> Iterator[Collection]:
    """The exercises that are meant.

    Args:
        tasks: a folder of tasks, or None.
        repo: without `tasks`: a directory with a git history.
        last: how many fixes to take from a history.
        only: words of which an exercise's name must have one; none for all.

    Raises:
        ConfigurationError: there are none, or they can't be read.
    """
    if tasks is not None:
        yield Tasks(tasks, only)
        return
    if not 1 <= last <= MOST_FIXES:
        raise ConfigurationError(f"--last is {last}. It must be a number of fixes from 1 to {MOST_FIXES}.")
    folder = Path(repo)
    if not folder.is_dir():
        raise ConfigurationError(f"--repo {repo} is not a directory.")
    with GitHistory(folder, last, only) as history:
        yield history
