"""Protection: the paths that no patch may touch, whoever asks, and what counts as a test."""

import unicodedata
from collections.abc import Iterable

from bot.decisions.glob import matches
from bot.decisions.proof.protected import PROTECTED, SHADOWS
from bot.words.repository_settings import RepositorySettings

LONGEST_PATH, LONGEST_NAME = 400, 200


def refused_paths(changes: Iterable[str], settings: RepositorySettings) -> list[str]:
    """Each path that may not be written, as "path: reason"; empty when all may.

    Args:
        changes: paths of a patch, relative to the repository's root.
        settings: the repository's own settings; they can protect more, never less.
    """
    refused, seen = [], dict[str, str]()
    for path in changes:
        reason = _malformed(path) or _protected(path) or _by_settings(path, settings)
        twin = seen.setdefault(_folded(path), path)
        if not reason and twin != path:
            reason = f"differs only by case or spelling from {_shown(twin)}"
        if reason:
            refused.append(f"{_shown(path)}: {reason}")
    return refused


def twins(added: Iterable[str], files: Iterable[str]) -> list[str]:
    """Each new path that differs from one that is there, or from its folder, only by case or spelling, as "path: why".

    Where a file system takes both for the same, one of them would be overwritten: a test, for example.
    """
    spelled: dict[str, set[str]] = {}
    for path in files:
        for part in _beginnings(path):
            spelled.setdefault(_folded(part), set()).add(part)
    found = []
    for path in added:
        for part in _beginnings(path):
            there = spelled.get(_folded(part), {part})
            if part not in there:
                found.append(f"{_shown(path)}: differs only by case or spelling from {_shown(min(there))}")
                break
    return found


def is_test_path(path: str) -> bool:
    """Whether a file belongs to the tests: a test module, `conftest.py`, or anything in a folder of tests.

    Data files count as well: a test judges by them.
    """
    *folders, name = path.split("/")
    return is_test_module(path) or name == "conftest.py" or not {"test", "tests"}.isdisjoint(folders)


def is_test_module(path: str) -> bool:
    """Whether pytest looks for tests in a file of this name, by its defaults.

    https://docs.pytest.org/en/stable/reference/reference.html#confval-python_files
    """
    name = path.rpartition("/")[2]
    return name.endswith("_test.py") or (name.startswith("test_") and name.endswith(".py"))


def _beginnings(path: str) -> list[str]:
    """A path and the folders that it lies in."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def _malformed(path: str) -> str:
    parts = path.split("/")
    if not path or path.startswith("/") or path[1:2] == ":":
        return "not a path inside of the repository"
    if "\\" in path:
        return "has a backslash in it"
    if any(part in ("", ".", "..") for part in parts):
        return "has an empty, `.` or `..` part"
    if any(unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029" for sign in path):
        return "has a control or invisible character in it"
    if len(path) > LONGEST_PATH or any(len(part.encode()) > LONGEST_NAME for part in parts):
        return "is too long"
    if any(part != part.strip() or part.endswith(".") for part in parts):
        return "has a part that begins or ends with a space, or ends with a dot"
    return ""


def _protected(path: str) -> str:
    folded = _folded(path)
    for reason, globs in PROTECTED:
        if any(matches(folded, f"**/{glob}") for glob in globs):
            return f"protected: {reason}"
    if folded.removeprefix("src/").split("/")[0].removesuffix(".py") in SHADOWS:
        return "protected: it would stand in for the test runner"
    return ""


def _by_settings(path: str, settings: RepositorySettings) -> str:
    folded = _folded(path)
    words = {word.removeprefix("./") for argument in settings.tests.args for word in argument.split("=")}
    if folded in map(_folded, words):
        return "protected: `tests.args` names it"
    for glob in settings.protected_paths:
        if _matches(folded, _folded(glob)):
            return f"protected by `protected_paths` ({_shown(glob)})"
    if settings.allowed_paths and not any(_matches(folded, _folded(glob)) for glob in settings.allowed_paths):
        return "not among `allowed_paths`"
    return ""


def _matches(path: str, glob: str) -> bool:
    """As in `.gitignore`: without a slash it counts in every folder; a folder stands for all below it."""
    folder = glob.strip("/")
    last = folder.rpartition("/")[2]
    below = glob.endswith("/") or not ("*" in last or "?" in last)
    anywhere = "/" not in glob.rstrip("/")
    return matches(path, ("**/" if anywhere else "") + folder + ("/**" if below else ""))


def _folded(path: str) -> str:
    """One spelling for all that a file system may take for the same: https://unicode.org/reports/tr15/."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _shown(path: str) -> str:
    """A path in a sentence: short, and with nothing invisible in it."""
    return path.encode("unicode_escape").decode()[:120] if not path.isprintable() else path[:120]
