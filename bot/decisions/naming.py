"""Naming: of branches, new test files and pull requests. Nothing here is chosen by a model."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count

from bot.decisions.proof.protection import is_test_module
from sandbox.files import Tree

LONGEST_TITLE = 120

#: An invisible sign that keeps GitHub from linking and from telling anybody.
BREAK = "\u200b"

#: What GitHub would make a mention or a link of.
#: https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
LINKED = re.compile(r"@|#|\bGH-(?=[0-9])|:(?=//)|\bwww(?=\.)", re.IGNORECASE)

TEST = re.compile(rb"^[ \t]*(?:async[ \t]+)?def[ \t]+test", re.MULTILINE)

#: Folders of somebody else's code, or of code that is itself input of a test.
FOREIGN = frozenset({"vendor", "third_party", "node_modules", "site-packages", "fixtures", "testdata", "examples"})


def branch_name(issue: int, taken: Collection[str]) -> str:
    """A free branch for an issue: "intern/issue-7", "intern/issue-7-2", ...

    Args:
        issue: the issue's number.
        taken: branches that exist. A branch "a/b" also takes the name "a", for git keeps both in one tree.
    """
    known = {name.removeprefix("refs/heads/").casefold() for name in taken}
    stem = name = f"intern/issue-{issue:d}"
    for number in count(2):
        if name not in known and not any(other.startswith(f"{name}/") for other in known):
            break
        name = f"{stem}-{number}"
    return name


def new_test_path(files: Tree, issue: int) -> str:
    """Where the tests for an issue go: to the folder with the most tests, under a name that nobody has.

    Two test files of one name in folders that are no packages get in each other's way, so none has it yet:
    https://docs.pytest.org/en/stable/explanation/goodpractices.html#test-package-name

    Args:
        files: the repository.
        issue: the issue's number; 0 for a run without one.
    """
    folder = _test_folder(files)
    stem = name = f"test_issue_{issue:d}" if issue else "test_change"
    taken = {part.casefold().removesuffix(".py") for path in files for part in path.split("/")}
    for number in count(2):
        if name not in taken:
            break
        name = f"{stem}_{number}"
    return f"{folder}/{name}.py" if folder else f"{name}.py"


def pull_title(title: str) -> str:
    """An issue's title for a pull request: one line of at most 120 characters, without links and mentions."""
    spaced = (" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in title[:2000])
    visible = "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C")
    line = LINKED.sub(lambda found: found[0] + BREAK, " ".join(visible.split()))
    if len(line) > LONGEST_TITLE:
        line = line[: LONGEST_TITLE - 1].rstrip(f" {BREAK}") + "…"
    return line or "Requested change"


def _test_folder(files: Tree) -> str:
    """The folder with the most tests, of several the shortest; without any tests it is "tests"."""
    tests: dict[str, int] = {}
    for path, file in files.items():
        folder = path.rpartition("/")[0]
        if is_test_module(path) and not _is_foreign(folder):
            tests[folder] = tests.get(folder, 0) + len(TEST.findall(file.data))
    best = min(tests, key=lambda folder: (-tests[folder], len(folder), folder), default="")
    if tests.get(best):
        return best
    if "tests" in files:
        return ""  # a file of that name leaves no room for a folder
    folders = {path.partition("/")[0] for path in files if "/" in path}
    return "test" if "test" in folders and "tests" not in folders else "tests"


def _is_foreign(folder: str) -> bool:
    return any(part.startswith(".") or part.casefold() in FOREIGN for part in folder.split("/"))
