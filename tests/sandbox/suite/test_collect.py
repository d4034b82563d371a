"""Finding tests without running them."""

import pytest

from sandbox.room import Outcome, Sandbox
from sandbox.suite.collect import collect
from sandbox.suite.run import run_pytest
from tests.sandbox.suite.conftest import LIMITS, tree

FILES = {
    "test_b.py": "def test_two(): assert 0\ndef test_one(): open('ran', 'w')\n",
    "test_a.py": "import pytest\n@pytest.mark.parametrize('n', [1, 2])\ndef test_n(n): open('ran', 'w')\n",
    "test_c.py": "import pkg.absent\n",
    "test_d.py": "def broken(:\n",
}
IDS = ("test_a.py::test_n[1]", "test_a.py::test_n[2]", "test_b.py::test_two", "test_b.py::test_one")


def test_ids_come_in_order_with_what_is_broken(sandbox: Sandbox) -> None:
    with sandbox.open(tree(FILES), limits=LIMITS) as room:
        found = collect(room, seconds=30)
        ran = room.read("ran")

    assert (found.finished, found.trouble, found.ids) == (True, "", IDS)
    assert [(error.path, error.exception, error.missing) for error in found.errors] == [
        ("test_c.py", "ModuleNotFoundError", "pkg"),
        ("test_d.py", "SyntaxError", ""),
    ]
    assert ran is None
    assert found.pytest


def test_a_run_must_have_what_was_collected_elsewhere(sandbox: Sandbox) -> None:
    vanishing = {
        **FILES,
        "conftest.py": "import os\ncollect_ignore = ['test_a.py'] if os.path.exists('second') else []\n",
        "test_b.py": "open('second', 'w')\ndef test_two(): pass\n",
    }
    with sandbox.open(tree(vanishing), limits=LIMITS) as room:
        expected = collect(room, seconds=30).ids
        report = run_pytest(room, seconds=30, expected=expected)

    assert report.trouble == "2 tests have no result"
    assert not report.finished


@pytest.mark.docker
def test_settings_of_a_run_do_not_make_a_collection_something_else(sandbox: Sandbox) -> None:
    files = {"test_a.py": "def test_a(): pass\n", "pytest.ini": "[pytest]\naddopts = -n auto -x --sw -v -v\n"}

    with sandbox.open(tree(files), limits=LIMITS) as room:
        found = collect(room, seconds=30, paths=["test_a.py"], args=["-k", "test_a"])

    assert (found.ids, found.finished) == (("test_a.py::test_a",), True)


@pytest.mark.docker
def test_a_file_that_never_ends_to_be_imported(sandbox: Sandbox) -> None:
    files = {"test_a.py": "def test_a(): pass\n", "test_b.py": "import time; time.sleep(99)\n"}

    with sandbox.open(tree(files), limits=LIMITS) as room:
        found = collect(room, seconds=6)

    assert (found.outcome, found.trouble, found.ids) == (Outcome.TIMED_OUT, "timed out", ())
