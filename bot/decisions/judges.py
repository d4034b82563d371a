"""Judges: the existing files whose word counts when a patch is judged. A patch may not touch them."""

from bot.decisions.protection import is_test_path
from sandbox.files import Tree
from sandbox.suite.report import SuiteReport


def judging_files(files: Tree, suite: SuiteReport) -> frozenset[str]:
    """Paths of existing test files: by their names, and by what pytest collected, whatever a repository calls them.

    A module whose docstrings are run as tests is code too, and may be changed: the id of such a test names the
    module again ("pkg/mod.py::pkg.mod.function"), with dots that no test function has.
    https://docs.pytest.org/en/stable/how-to/doctest.html
    """
    collected = (identity.partition("::") for identity in suite.collected)
    modules = {path for path, _, name in collected if "." not in name.partition("[")[0]}
    return frozenset(path for path in files if is_test_path(path) or path in modules)


def documented_code(suite: SuiteReport) -> frozenset[str]:
    """Paths of code whose docstrings are run as tests: a patch may change them, and so what they say."""
    collected = (identity.partition("::") for identity in suite.collected)
    return frozenset(path for path, _, name in collected if "." in name.partition("[")[0])
