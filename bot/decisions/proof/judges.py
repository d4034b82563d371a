"""Judges: the existing files whose word counts when a patch is judged. A patch may not touch them."""

from collections.abc import Collection

from bot.decisions.code.readers import read_by_tests_alone
from bot.decisions.editing.text_files import is_documentation
from bot.decisions.proof.protection import is_test_path
from sandbox.files import Tree
from sandbox.suite.report import SuiteReport


def judging_files(files: Tree, suite: SuiteReport, touched: Collection[str] = ()) -> frozenset[str]:
    """Paths of existing test files: by their names, and by what pytest collected, whatever a repository calls them.

    Prose whose examples are run is one of them, and so is a touched data file that nothing but tests names.
    Documentation is none, though a test may look whether it says what it has to.

    A module whose docstrings are run as tests is code too, and may be changed: the id of such a test names the
    module again ("pkg/mod.py::pkg.mod.function"), with dots that no test function has.
    https://docs.pytest.org/en/stable/how-to/doctest.html

    Args:
        files: the repository as people left it.
        suite: what its tests gave.
        touched: paths of a patch.
    """
    collected = (identity.partition("::") for identity in suite.collected)
    modules = {path for path, _, name in collected if "." not in name.partition("[")[0] or not path.endswith(".py")}
    read = (path for path in touched if path in files and not is_documentation(path, files))
    data = {path for path in read if read_by_tests_alone(path, files, modules)}
    return frozenset(path for path in files if is_test_path(path) or path in modules or path in data)


def documented_code(suite: SuiteReport) -> frozenset[str]:
    """Paths of code whose docstrings are run as tests: a patch may change them, and so what they say."""
    collected = (identity.partition("::") for identity in suite.collected)
    return frozenset(path for path, _, name in collected if path.endswith(".py") and "." in name.partition("[")[0])
