"""Existing tests that the plan says to change, in real rooms."""

from collections.abc import Iterator, Sequence

import pytest

from bot.decisions.proof.judge import judge
from bot.decisions.proof.judges import judging_files
from bot.evidence.gather import Witness
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest
from bot.words.repository_settings import RepositorySettings, TestSettings
from bot.words.snapshot import Snapshot
from bot.workflow.attempts import checked
from bot.workflow.workshop import Written
from sandbox.files import File
from sandbox.pool import Pool
from sandbox.room import MIB, Limits, Outcome
from sandbox.suite.report import SuiteReport
from tests.rooms import open_light

pytestmark = pytest.mark.rooms

OLD = "tests/test_old.py"
HEAD = "from pkg.mod import half\n\n\ndef test_half():\n    assert half(3) == 1\n\n\n"
TEST = HEAD + "def test_even():\n    assert half(4) == 2\n"
FILES = {"pkg/__init__.py": "", "pkg/mod.py": "def half(n):\n    return n // 2\n", OLD: TEST}
BASE = Snapshot("b", {path: File(text.encode()) for path, text in FILES.items()})
CODE = "def half(n):\n    return n / 2\n"
NEW = "from pkg.mod import half\n\n\ndef test_odd():\n    assert half(5) == 2.5\n    assert half(1) == 0.5\n"
ALLOWED = (ChangedTest(test=f"{OLD}::test_half", reason="half is exact now"),)
CHANGED = TEST.replace("half(3) == 1", "half(3) == 1.5")


def patch(old_test: str) -> Patch:
    changes = (
        FileChange(path="pkg/mod.py", before=FILES["pkg/mod.py"], after=CODE),
        FileChange(path="tests/test_new.py", before=None, after=NEW, test=True),
        FileChange(path=OLD, before=TEST, after=old_test, test=True),
    )
    return Patch(base="b", changes=changes)


@pytest.fixture(scope="module")
def witness() -> Iterator[Witness]:
    with Pool(open_light(Limits())) as pool:
        yield Witness(pool, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB), rooms=2)


def observe(witness: Witness, old_test: str, allowed: Sequence[ChangedTest] = ALLOWED) -> Evidence:
    return witness.observe(patch(old_test), BASE, BASE, witness.baseline(BASE), allowed)


def test_a_test_that_has_to_change_may_and_is_looked_at_on_both_sides(witness: Witness) -> None:
    evidence = observe(witness, CHANGED)
    assert judge(evidence).reasons == ()
    assert evidence.changed_tests == ALLOWED
    assert evidence.changed_runs
    for report in (evidence.changed_runs.old_on_patch, evidence.changed_runs.new_on_base):
        assert [(one.id, one.outcome.value) for one in report.results] == [(ALLOWED[0].test, "failed")]


def test_a_file_of_which_more_was_changed_is_run_as_people_left_it(witness: Witness) -> None:
    evidence = observe(witness, CHANGED.replace("half(4) == 2", "half(4)"))
    assert evidence.changed_tests == ()
    assert f"{OLD}::test_half (failed)" in judge(evidence).reasons[0]


def test_a_test_that_asks_for_something_that_holds_anyway_proves_nothing(witness: Witness) -> None:
    evidence = observe(witness, TEST.replace("half(3) == 1", "half(2) == 1"))
    assert "shows nothing: as it is now, it does not fail without the change" in judge(evidence).reasons[0]


def test_what_the_plan_does_not_name_is_no_attempt() -> None:
    judges = judging_files(BASE.files, SuiteReport(outcome=Outcome.FINISHED))

    def trouble(text: str, allowed: Sequence[ChangedTest] = ALLOWED) -> str:
        return checked(1, Written(patch=patch(text)), RepositorySettings(), BASE, judges, allowed).trouble

    assert trouble(CHANGED) == ""
    assert "an existing test may not be changed" in trouble(CHANGED, ())
    assert "nothing but test_half may be changed in it" in trouble(CHANGED.replace("half(4) == 2", "half(4)"))
    protected = RepositorySettings(protected_paths=("tests/test_old.py",))
    assert "protected" in checked(1, Written(patch=patch(CHANGED)), protected, BASE, judges, ALLOWED).trouble
