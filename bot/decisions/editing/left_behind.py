"""Left behind: what of a repository still needs, names or has what a patch deletes, where no import says so."""

import ast
import re
from collections.abc import Collection, Iterator

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.modules import import_name, paths_of
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.editing.text_files import DATA, suffix_of
from bot.decisions.proof.protection import is_test_path
from bot.decisions.testing.changed_tests import file_of
from bot.decisions.testing.removed_tests import using_tests
from bot.words.patch import Patch
from sandbox.files import Tree

#: What a module imports that tests are written with.
LIBRARIES = frozenset({"pytest", "unittest", "hypothesis", "nose", "testtools"})

#: A larger file is data itself.
LARGEST = 1_000_000


def still_named(patch: Patch, on_patch: Tree, base: Tree) -> Iterator[str]:
    """Which files name a deleted module in a string or as an entry point: only who starts or installs it would notice.

    Args:
        patch: the patch.
        on_patch: the repository with it.
        base: without it.
    """
    gone = [c.path for c in patch.changes if c.after is None and c.path.endswith(".py") and c.path not in on_patch]
    modules = [name for path in gone if (name := import_name(base, path)) and not paths_of(on_patch, name)]
    if not modules:
        return
    names = "|".join(map(re.escape, sorted(modules)))
    dotted = "|".join(re.escape(name) for name in sorted(modules) if "." in name) or r"(?!)"
    code = re.compile(rf"[\"'](?:(?:{names}):\w[\w.]*|(?:{dotted})(?:\.\w+)*)[\"']".encode())
    data = re.compile(rf"(?<![\w.])(?:{names}):\w|(?<![\w.])(?:{dotted})\.\w".encode())
    entry = re.compile(rf"(?<![\w.])(?:{names}):\w".encode())
    for path, file in on_patch.items():
        name = path.rpartition("/")[2]
        way = code if path.endswith(".py") else entry if name in ("pyproject.toml", "setup.cfg") else data
        if is_test_path(path) or len(file.data) > LARGEST or (way is not code and suffix_of(path) not in DATA):
            continue
        if found := way.search(file.data):
            said = found[0].decode("utf-8", "replace").strip("\"'")[:80]
            yield f"`{path[:120]}` still names what the patch deletes ({said})."


def still_had(tests: Collection[str], deleted: Collection[str], on_patch: Tree, base: Tree) -> Iterator[str]:
    """Which tests that a patch takes away test what can be imported as before, wherever it comes from now.

    Args:
        tests: their ids.
        deleted: paths of the modules that go.
        on_patch: the repository with the patch.
        base: without it.
    """
    for path in sorted(set(map(file_of, tests))):
        gone = using_tests(base, path, deleted, on_patch)
        for test in tests:
            if file_of(test) == path and test not in gone:
                yield f"{test} may not be taken away: what it imports is still there, from elsewhere."


def helpers_of_tests(deleted: Collection[str], base: Tree) -> Iterator[str]:
    """Which deleted modules help tests, so that those test something else, which stays: none of them may go along.

    Args:
        deleted: paths of the modules that go.
        base: the repository with them.
    """
    for path in deleted:
        if is_test_path(path):
            continue
        try:
            tree = syntax_tree(base[path].data.decode("utf-8", "replace").removeprefix("\ufeff"))
        except (KeyError, *UNPARSABLE):
            continue
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
        if found := sorted(LIBRARIES & {name.partition(".")[0] for name in names}):
            yield f"`{path}` helps tests (it imports {found[0]}): those that use it may not be taken away with it."
