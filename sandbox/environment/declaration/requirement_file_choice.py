"""Which requirement files of a repository may be for running and testing it, by their names."""

import posixpath
import re
from collections.abc import Iterable

from sandbox.environment.purpose import Purpose, purpose_of, words

#: Folders in which every file is a requirement file.
FOLDERS = ("requirements", "requires", "reqs", "requirements.d")
TEST_FOLDERS = ("tests", "test", *(f"{tests}/{name}" for tests in ("tests", "test") for name in FOLDERS))
SAYING_NOTHING = frozenset(["requirements", "requirement", "requires", "reqs", "req", "txt", "in"])
#: Names of those that are for everybody; "py3" is how Django names the one for its tests.
EVERYBODY = frozenset(["base", "main", "common", "core", "default", "install", "app", "runtime", "py3"])
IS_NAMED = re.compile(r"(^|[-_.])(requirements?|requires|reqs)([-_.]|$)", re.IGNORECASE)


def requirement_files(paths: Iterable[str]) -> tuple[list[str], dict[str, Purpose]]:
    """Paths of the requirement files.

    Returns:
        Those that are for everybody, and the purpose of each other one. Of "x.in" and "x.txt" it is the pinned one.
    """
    found = {path for path in paths if path.endswith((".txt", ".in")) and _is_one(path)}
    kept = sorted(path for path in found if not (path.endswith(".in") and f"{path[:-3]}.txt" in found))
    purposes = {path: _purpose(path) for path in kept if not _for_everybody(path)}
    everybody = [path for path in kept if _for_everybody(path)]
    return everybody, {path: purpose for path, purpose in purposes.items() if purpose is not Purpose.NONE}


def _is_one(path: str) -> bool:
    folder, file = posixpath.split(path)
    if folder in FOLDERS or folder in TEST_FOLDERS[2:]:
        return True
    return folder in ("", *TEST_FOLDERS[:2]) and IS_NAMED.search(posixpath.splitext(file)[0]) is not None


def _stem(path: str) -> frozenset[str]:
    return words(posixpath.splitext(posixpath.basename(path))[0]) - SAYING_NOTHING


def _for_everybody(path: str) -> bool:
    return _stem(path) <= EVERYBODY and posixpath.dirname(path) not in TEST_FOLDERS


def _purpose(path: str) -> Purpose:
    found = _stem(path) - EVERYBODY
    if posixpath.dirname(path) in TEST_FOLDERS and not found:
        return Purpose.TESTS
    return purpose_of(found)
