"""Tests that do what tests should not do to the process that runs them."""

import pytest

from sandbox.room import Outcome
from tests.sandbox.suite.conftest import Run, outcomes

pytestmark = pytest.mark.docker

ROUGH = """
import builtins, json, os, sys, threading, time
import pytest

def test_closes_its_streams():
    os.close(1)
    os.close(2)

def test_goes_away(tmp_path):
    os.chdir(tmp_path)
    os.rmdir(tmp_path)

def test_forgets_paths():
    sys.path.clear()

def test_forgets_modules():
    for name in list(sys.modules):
        if name.partition('.')[0] in ('pytest', 'json', 're', 'fcntl'):
            del sys.modules[name]

def test_replaces():
    builtins.open = json.dumps = os.write = json.encoder = None

def test_leaves_a_thread():
    threading.Thread(target=time.sleep, args=(999,), daemon=True).start()

def test_forks_and_goes_on():
    os.fork()

def test_moves_the_clock():
    import _pytest.timing
    _pytest.timing.perf_counter = _pytest.timing.time = lambda: -1e9

def test_says_what_no_text_can_hold():
    assert False, 'half: \\udc80'

def test_leaves():
    sys.exit(0)
"""


def test_the_reporter_holds(run: Run) -> None:
    report = run({"test_rough.py": ROUGH})

    assert (report.finished, report.trouble) == (True, "")
    bad = {"test_says_what_no_text_can_hold", "test_leaves"}
    assert {name for name, outcome in outcomes(report).items() if outcome != "passed"} == bad
    assert "half: \\udc80" in report.results[-2].message
    assert report.results[-1].exception == "SystemExit"
    assert len(report.results) == len(report.collected) == 10


TIMEOUT = """
import time, pytest
def test_one(): pass
@pytest.mark.timeout(1, method='thread')
def test_gone(): time.sleep(60)
"""
GONE = "\ndef test_never(): pass\n"


@pytest.mark.parametrize(
    "rough",
    [
        "import ctypes\ndef test_one(): pass\ndef test_gone(): ctypes.string_at(0)\n",
        "import os\ndef test_one(): pass\ndef test_gone(): os._exit(0)\n",
        "import os\ndef test_one(): pass\ndef test_gone(): os.kill(os.getpid(), 9)\n",
        "def test_one(): pass\ndef test_gone(): raise KeyboardInterrupt\n",
        "import pytest\ndef test_one(): pass\ndef test_gone(): pytest.exit('bye', 0)\n",
        TIMEOUT,
    ],
    ids=["segfault", "exit", "kill", "interrupt", "pytest.exit", "timeout"],
)
def test_the_test_that_ended_the_run_is_named(run: Run, rough: str) -> None:
    report = run({"test_a.py": rough + GONE})

    assert (report.outcome, report.finished) == (Outcome.FINISHED, False)
    assert report.running == ("test_a.py::test_gone",)
    assert outcomes(report) == {"test_one": "passed"}
    assert report.trouble


def test_a_thread_that_never_ends_is_a_run_that_never_ends(run: Run) -> None:
    test = "import threading, time\ndef test_one(): threading.Thread(target=time.sleep, args=(999,)).start()\n"

    report = run({"test_a.py": test}, seconds=8)

    assert (report.outcome, report.finished, report.running) == (Outcome.TIMED_OUT, False, ())
    assert outcomes(report) == {"test_one": "passed"}


NAMES = r"""
import pytest
NAMES = ['a b', 'ü', 'x\ny', '', 'a::b', '[', '/../x', '日本', '\x00', "'\""]
@pytest.mark.parametrize('n', NAMES, ids=NAMES)
def test_n(n): assert n != 'ü'
"""
UNESCAPED = "[pytest]\ndisable_test_id_escaping_and_forfeit_all_rights_to_community_support = true\n"


@pytest.mark.parametrize("settings", ["[pytest]\n", UNESCAPED], ids=["escaped", "unescaped"])
def test_odd_ids_stay_apart_and_can_be_asked_for(run: Run, settings: str) -> None:
    files = {"pytest.ini": settings, "test_a.py": NAMES}

    report = run(files)

    assert report.finished
    assert len(set(report.collected)) == len(report.results) == 10
    assert [result.outcome.value for result in report.results].count("failed") == 1
    wanted = report.collected[1]
    assert [result.id for result in run(files, paths=[wanted]).results] == [wanted]


KINDS = '''
import unittest

class Cases(unittest.TestCase):
    def test_parts(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 1)
    def test_skipped_part(self):
        with self.subTest(1): self.skipTest('a part')
        with self.subTest(2): pass
    def test_skipped(self): self.skipTest('why')
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.expectedFailure
    def test_unexpected(self): pass
    def test_fine(self): pass

class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls): 1 / 0
    def test_never(self): pass

def test_fixture(subtests):
    for n in range(3):
        with subtests.test(n=n):
            assert n != 1

def documented():
    """
    >>> documented()
    1
    """
    return 2
'''


def test_kinds_of_tests(run: Run) -> None:
    settings = "[pytest]\naddopts = --doctest-modules --doctest-glob=*.md\n"

    report = run({"pytest.ini": settings, "test_a.py": KINDS, "README.md": ">>> 1\n1\n"})

    assert report.finished
    assert outcomes(report) == {
        "README.md": "passed",
        "test_a.documented": "failed",
        "test_parts": "failed",
        "test_skipped_part": "passed",
        "test_skipped": "skipped",
        "test_expected": "xfailed",
        "test_unexpected": "failed",
        "test_fine": "passed",
        "test_never": "error",
        "test_fixture": "failed",
    }
