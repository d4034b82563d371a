"""Tests that showed the fault and are themselves odd, and patches that know of them, in real rooms."""

from dataclasses import replace

import pytest

from bot.decisions.proof.judge import judge
from bot.evidence.gather import Witness
from bot.evidence.reproduced import lay
from bot.words.evidence import Evidence, Now
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec
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
FILES = {
    "pkg/__init__.py": "",
    "pkg/mod.py": OLD,
    "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef odd():\n    return 5\n",
    "tests/test_old.py": "def test_old():\n    assert True\n",
}
#: With a fixture of the repository's, a cookie, a letter beyond ASCII and a lot on standard output.
STRANGE = (
    "# -*- coding: utf-8 -*-\nimport os\n\nfrom pkg.mod import half\n\n\ndef {}(odd):\n"
    "    for _ in range(100):\n        os.write(1, b'x' * LENGTH)\n"
    "    assert half(odd) == 2.5, 'Hälfte'\n    assert half(-odd) == -2.5\n"
)
#: Right for what the new tests ask, and never done with anything else.
ENDLESS = "def half(n):\n    while n < 0:\n        pass\n    return n / 2\n"


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


def test_a_strange_one_is_run_like_any_other(witness: Witness) -> None:
    seen = reproduction(text=STRANGE.replace("LENGTH", "5000"))
    verdict = judge(observe(witness, HALF, seen))
    assert [(one.now, one.detail) for one in verdict.reproduced] == [(Now.FAILS, "AssertionError: assert -3 == -2.5")]
    evidence = observe(witness, WHOLE, seen)
    assert judge(evidence).reasons == ()
    assert len(evidence.model_dump_json()) < 1_000_000


@pytest.mark.parametrize(
    ("code", "text", "told"),
    [
        (ENDLESS, SEEN, "timed out after 0 of 1 tests"),
        (
            HALF,
            STRANGE.replace("LENGTH", "1_000_000"),
            "did not end by themselves (output too large) after 1 of 1 tests",
        ),
    ],
    ids=["hangs", "floods"],
)
def test_one_that_does_not_come_to_its_end_is_told_and_proves_nothing(
    witness: Witness, code: str, text: str, told: str
) -> None:
    soon = replace(witness, settings=TestSettings(seconds=5))
    verdict = judge(observe(soon, code, reproduction(text=text)))
    assert not verdict.proven
    assert f"still fails with it: test_odd (its tests {told})" in verdict.reasons[0]


def test_code_that_does_not_find_what_it_took_away_is_at_fault_itself(witness: Witness) -> None:
    """The plan takes a module away that the reproduction knows nothing of; the half that is missing asks for it."""
    gives_up = "        raise ModuleNotFoundError('Not to be had', name=f'{__package__}.old')\n"
    code = f"def half(n):\n    if n < 0:\n{gives_up}    return n / 2\n"
    base = Snapshot("b", {path: File(text.encode()) for path, text in {**FILES, "pkg/old.py": "x = 1\n"}.items()})
    changes = (
        FileChange(path="pkg/mod.py", before=OLD, after=code),
        FileChange(path="pkg/old.py", before="x = 1\n", after=None),
        FileChange(path=NEW, before=None, after=WEAK, test=True),
    )
    modules = (ModuleSpec(path="pkg/mod.py", purpose="half"), ModuleSpec(path="pkg/old.py", purpose="", delete=True))
    before = witness.baseline(base)
    patch = Patch(base="b", changes=changes)
    verdict = judge(witness.observe(patch, base, base, before, (), (reproduction(),), modules))
    assert not verdict.proven
    assert [one.now for one in verdict.reproduced] == [Now.FAILS]
    assert "Not to be had" in verdict.reasons[0]
