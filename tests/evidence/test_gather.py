"""What the witness sees of a patch, however many rooms it may use at the same time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bot.decisions.proof.judge import judge
from bot.evidence.gather import Witness
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from sandbox.files import File, Tree
from sandbox.room import MIB, Limits, Room
from sandbox.suite.report import SuiteReport, TestResult
from tests.rooms import AnySandbox

pytestmark = pytest.mark.rooms

FILES = {
    "pkg/__init__.py": "",
    "pkg/sums.py": "def add(a, b):\n    return a + b\n",
    "tests/test_sums.py": "from pkg.sums import add\ndef test_add(): assert add(1, 2) == 3\ndef test_red(): assert 0\n",
    "tests/test_slow.py": "import time\ndef test_slow(): time.sleep(0.4)\n",
    "tests/test_bad.py": "import pkg.never\n",
}
SNAPSHOT = Snapshot("0" * 40, {path: File(text.encode()) for path, text in FILES.items()})
BETTER = FILES["pkg/sums.py"] + "def double(a):\n    return add(a, a)\n"
WORSE = BETTER.replace("a + b", "a - b")
NEW_TEST = "from pkg.sums import double\ndef test_double(): assert double(2) == 4\n"


def patch(code: str) -> Patch:
    return Patch(
        base=SNAPSHOT.commit,
        changes=(
            FileChange(path="pkg/sums.py", before=FILES["pkg/sums.py"], after=code),
            FileChange(path="tests/test_double.py", before=None, after=NEW_TEST, test=True),
        ),
    )


class Counting:
    """A sandbox that counts how many of its rooms are open at the same time."""

    def __init__(self, sandbox: AnySandbox) -> None:
        self.sandbox, self.lock, self.open_now, self.most = sandbox, threading.Lock(), 0, 0

    @contextmanager
    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> Iterator[Room]:
        with self.lock:
            self.open_now += 1
            self.most = max(self.most, self.open_now)
        try:
            with self.sandbox.open(files, limits=limits, environment=environment) as room:
                yield room
        finally:
            with self.lock:
                self.open_now -= 1

    def describe(self, environment: str | None = None) -> str:
        return self.sandbox.describe(environment)


@pytest.fixture
def witness(sandbox: AnySandbox) -> Witness:
    limits = Limits(seconds=60, lifetime=120, memory=256 * MIB)
    return Witness(Counting(sandbox), TestSettings(seconds=60), limits)


def timeless(evidence: Evidence) -> str:
    """Everything of the four runs but how long they took and what was printed."""
    about = {"seconds", "text"}
    reports = {"new_on_base", "new_on_patch", "suite_on_base", "suite_on_patch"}
    within = {"results": {"__all__": {"seconds"}}, **dict.fromkeys(about, True)}
    more = ("again_on_base", "repeats", "disputed", "coverage", "mutation", "wrong_answers", "collected", "suite_again")
    closer = dict.fromkeys(more, True)
    return evidence.model_dump_json(exclude={**dict.fromkeys(reports, within), **closer})


@pytest.mark.parametrize("code", [BETTER, WORSE], ids=["better", "worse"])
def test_three_runs_at_once_see_what_three_runs_in_turn_see(witness: Witness, code: str) -> None:
    before = witness.baseline(SNAPSHOT)
    one = witness.observe(patch(code), SNAPSHOT, SNAPSHOT, before)
    assert witness.sandbox.most == 1

    three = replace(witness, rooms=3).observe(patch(code), SNAPSHOT, SNAPSHOT, before)

    assert witness.sandbox.most > 1
    assert timeless(three) == timeless(one)
    assert judge(three).proven is judge(one).proven is (code is BETTER)


def test_a_suite_that_needs_its_time_has_the_machine_for_itself(witness: Witness) -> None:
    slow = witness.baseline(SNAPSHOT).model_copy(update={"seconds": 40.0})

    evidence = replace(witness, rooms=3).observe(patch(BETTER), SNAPSHOT, SNAPSHOT, slow)

    assert witness.sandbox.most == 1
    assert evidence.suite_on_patch.finished


def test_a_long_suite_runs_in_several_rooms_when_they_see_the_same(witness: Witness) -> None:
    several = replace(witness, rooms=2, long_seconds=0.2)
    before = several.baseline(SNAPSHOT)
    told: list[TestResult] = []

    evidence = replace(several, on_result=told.append).observe(patch(BETTER), SNAPSHOT, SNAPSHOT, before)

    assert (before.rooms, before.finished, len(before.results)) == (2, True, 3)
    assert (evidence.suite_on_patch.rooms, len(evidence.suite_on_patch.results)) == (2, 4)
    assert witness.sandbox.most == 2
    assert judge(evidence).proven
    assert len(told) == 5  # four of the suite, one of the new tests; that one can't be collected on the base


def test_what_several_rooms_object_to_is_seen_again_in_one(witness: Witness) -> None:
    several = replace(witness, rooms=2, long_seconds=0.2)
    before = several.baseline(SNAPSHOT)

    evidence = several.observe(patch(WORSE), SNAPSHOT, SNAPSHOT, before)

    assert (before.rooms, evidence.suite_on_patch.rooms) == (2, 1)
    assert not judge(evidence).proven


def test_a_suite_that_needs_its_order_stays_in_one_room(witness: Witness) -> None:
    files = {
        "tests/test_a.py": "import os\ndef test_sets(): os.environ['SET'] = 'yes'\n",
        "tests/test_b.py": "import os\ndef test_needs(): assert os.environ['SET']\n",
    }
    snapshot = Snapshot("1" * 40, {path: File(text.encode()) for path, text in files.items()})

    before: SuiteReport = replace(witness, rooms=2, long_seconds=0.1).baseline(snapshot)

    assert (before.rooms, before.finished) == (1, True)
    assert {result.outcome.value for result in before.results} == {"passed"}
