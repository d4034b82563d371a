"""Choice: which collection is meant by the words of a command line."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from bot.errors import ConfigurationError
from bot.github.credentials import TokenCredentials
from bot.github.history import History
from bot.github.portal import Portal
from bot.github_settings import api_url
from bot.trial.collection import Collection
from bot.trial.git_history import GitHistory
from bot.trial.github_history import GitHubHistory
from bot.trial.tasks import Tasks
from bot.words.job import Repository

MOST_FIXES = 500
NOTHING: Mapping[str, str] = MappingProxyType({})

#: https://docs.github.com/rest/repos/repos#get-a-repository
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")


def folder_for(out: Path | None, repo: str | None) -> Path:
    """Where the results go: as named, else `intern-trial`, beside a repository and never inside of it.

    Raises:
        ConfigurationError: the named folder lies inside of the repository.
    """
    root = Path(os.path.realpath(repo)) if repo and Path(repo).is_dir() else None
    chosen = out or (root.parent / "intern-trial" if root else Path("intern-trial"))
    if root is not None and Path(os.path.realpath(chosen)).is_relative_to(root):
        raise ConfigurationError(f"--out {chosen} lies inside of --repo, which is never touched. Name another folder.")
    return chosen


@contextmanager
def open_collection(
    tasks: Path | None, repo: str, last: int, only: Sequence[str], environment: Mapping[str, str] = NOTHING
) -> Iterator[Collection]:
    """The exercises that are meant.

    Args:
        tasks: a folder of tasks, or None.
        repo: without `tasks`: a directory with a git history, or a repository on GitHub as "owner/name".
        last: how many fixes to take from a history.
        only: words of which an exercise's name must have one; none for all.
        environment: the operator's settings, of which a repository on GitHub needs GITHUB_TOKEN.

    Raises:
        ConfigurationError: there are none, or they can't be read.
    """
    if tasks is not None:
        yield Tasks(tasks, only)
        return
    if not 1 <= last <= MOST_FIXES:
        raise ConfigurationError(f"--last is {last}. It must be a number of fixes from 1 to {MOST_FIXES}.")
    folder = Path(repo)
    if folder.is_dir():
        with GitHistory(folder, last, only) as history:
            yield history
        return
    if not _NAME.fullmatch(repo):
        raise ConfigurationError(f"--repo {repo} is not a directory, and no repository on GitHub (OWNER/NAME) either.")
    if not environment.get("GITHUB_TOKEN", "").strip():
        raise ConfigurationError(
            f"--repo {repo} is no directory here, and GITHUB_TOKEN is not set: a token that may read it on GitHub."
        )
    owner, name = repo.split("/")
    credentials = TokenCredentials(environment["GITHUB_TOKEN"])
    with Portal(api_url(environment)) as portal:
        place = Repository(id=0, owner=owner, name=name, default_branch="")
        yield GitHubHistory(History(portal, credentials, place), last, only)
