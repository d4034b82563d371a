"""Tests that showed the fault and are themselves odd, and patches that know of them, in real rooms."""

import pytest

from bot.decisions.proof.judge import judge
from bot.evidence.gather import Witness
from bot.evidence.reproduced import lay
from bot.words.evidence import Evidence, Now
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import TestSettings
from bot.words.reproduction import Reproduction, Showing
from bot.words.snapshot import Snapshot
from sandbox.files import File
from sandbox.room import MIB, Limits
from tests.rooms import AnySandbox

pytestmark = pytest.mark.rooms

OLD = "def half(n):\n    return n // 2\n"
WHOLE = "def half(n):\n    return n / 2\n"
HALF = "def half(n):\n    return n / 2 if n > 0 else n // 2\n"
NEW = "tests/test_issue_7.py"
WEAK = "from pkg.mod import half\n\n\ndef test_odd():\n    assert half(5) == 2.5\n    assert half(1) == 0.5\n"
SEEN = "from pkg.mod import half\n\n\ndef {}():\n    assert half(5) == 2.5\n    assert half(-5) == -2.5\n"
FILES = {"pkg/__init__.py": "", "pkg/mod.py": OLD, "tests/test_old.py": "def test_old():\n    assert True\n"}


def reproduction(name: str = "test_odd", text: str = SEEN) -> Reproduction:
    return Reproduction(
        path=NEW, test=text.format(name), showing=Showing.ASSERTION, failure="assert 2 == 2.5", tests=(name,)
    )


@pytest.fixture(scope="module")
def witness(sandbox: AnySandbox) -> Witness:
    return Witness(sandbox, TestSettings(seconds=30), Limits(seconds=30, lifetime=90, memory=256 * MIB), rooms=2)


def observe(witness: Witness, code: str, *reproductions: Reproduction) -> Evidence:
    base = Snapshot("b", {path: File(text.encode()) for path, text in FILES.items()})
    changes = (
        FileChange(path="pkg/mod.py", before=OLD, after=code),
        FileChange(path=NEW, before=None, after=WEAK, test=True),
    )
    before = witness.baseline(base)
    return witness.observe(Patch(base="b", changes=changes), base, base, before, (), reproductions)


def test_a_test_that_begins_like_its_file_keeps_its_name(witness: Witness) -> None:
    seen = reproduction("test_issue_7_odd")
    verdict = judge(observe(witness, HALF, seen))
    assert [(one.tests, one.now) for one in verdict.reproduced] == [(("test_issue_7_odd",), Now.FAILS)]
    evidence = observe(witness, WHOLE, reproduction("test_issue_7"), seen)
    assert [one.now for one in judge(evidence).reproduced] == [Now.PASSES] * 2
    answers = [one.wrong_answers for one in evidence.reproductions]
    assert [[(test.test, test.outcome) for test in one.tests] for one in answers if one] == [
        [(f"{NEW}::test_issue_7", "failed")],
        [(f"{NEW}::test_issue_7_odd", "failed")],
    ]


def test_no_file_is_called_like_a_test_in_it() -> None:
    seen = reproduction("test_issue_7_odd")
    names = {lay(seen, {}).path.rpartition("/")[2].removesuffix(".py") for _ in range(400)}
    assert len(names) > 100
    assert "test_issue_7_odd" not in names
