"""Each strategy makes a patch with real rooms, first from an issue, then from what the evidence said of it."""

import pytest

from bot.decisions.editing.changes import apply_patch
from bot.programs.author import write_patch
from bot.words.attempt import Attempt
from bot.words.evidence import NewTest, Red, Verdict
from bot.words.patch import Patch
from bot.words.plan import ModuleSpec, Plan
from bot.words.task import Task
from sandbox.suite.run import run_pytest
from tests.programs.fake_ollama import said
from tests.programs.world import FILES, snapshot

SQUARE = "shapes/square.py"
TASK = Task(number=7, title="Negative sides", body="`area(-1)` should raise ValueError, and `perimeter(a)` is missing.")
PLAN = Plan(
    summary="s", modules=(ModuleSpec(path=SQUARE, purpose="refuse negative sides; perimeter"),), test_strategy="t"
)
PERIMETER = "\n\ndef perimeter(a: float) -> float:\n    return 4 * a\n"
REFUSING = "    if a < 0:\n        raise ValueError('negative')\n    return a * a\n"
HALF = FILES[SQUARE] + PERIMETER
WHOLE = HALF.replace("    return a * a\n", REFUSING)
TESTS = """\
import pytest

from shapes.square import area, perimeter


def test_perimeter():
    assert (perimeter(2), perimeter(5)) == (8, 20)


def test_negative_sides_are_refused():
    with pytest.raises(ValueError):
        area(-1)
"""
#: What a script also does, in vain: only its file is kept.
MISCHIEF = (
    "open('tests/test_square.py', 'w').write('def test_area(): pass')\n"
    "open('conftest.py', 'w').write('collect_ignore_glob = [\"*\"]')\n"
    "open('shapes/circle.py', 'w').write('')\n"
)
FIRST = {
    "program_of_thought": HALF,
    "codeact": f"{MISCHIEF}edit('', r'''{PERIMETER}''')\nrun('from shapes.square import *\\nassert perimeter(2) == 8')",
    "rlm": f"{MISCHIEF}code = replaced(current_code, '', r'''{PERIMETER}''')\ncheck(code, 'import shapes')\n"
    "SUBMIT(code, 'four times a')",
}
THEN = {
    "program_of_thought": WHOLE,
    "codeact": f'{MISCHIEF}edit("    return a * a\\n", r"""{REFUSING}""")\n'
    "run('from shapes.square import *\\ntry:\\n    area(-1)\\nexcept ValueError: pass\\nelse: assert False')",
    "rlm": f'SUBMIT(replaced(current_code, "    return a * a\\n", r"""{REFUSING}"""), "refuse")',
}


def outcomes(sandbox, patch: Patch) -> dict[str, str]:
    """What pytest says of a patched repository, in a room of its own."""
    with sandbox.open(apply_patch(snapshot().files, patch)) as room:
        report = run_pytest(room, seconds=30)
    return {result.id.rpartition("::")[2]: result.outcome.value for result in report.results}


@pytest.mark.docker
@pytest.mark.parametrize("strategy", FIRST)
def test_a_strategy_gets_from_an_issue_to_a_patch_and_from_its_failure_to_a_better_one(
    talk, containers, strategy
) -> None:
    talked = talk(
        said(reasoning="r", generated_code=FIRST[strategy], check=""),
        said(reasoning="r", tests=TESTS),
        said(reasoning="r", fault="code", generated_code=THEN[strategy], check=""),
    )
    first, claims = write_patch(TASK, PLAN, snapshot(), containers, strategy=strategy)
    assert [(change.path, change.test) for change in first.changes] == [(SQUARE, False), (first.tests[0], True)]
    assert first.changes[0].after == HALF
    assert claims[0].executed
    known = {"test_area": "passed", "test_perimeter": "passed"}
    assert outcomes(containers, first) == {**known, "test_negative_sides_are_refused": "failed"}

    row = NewTest(id="tests/x.py::test_negative_sides_are_refused", base=Red.MISSING, patch="failed")
    verdict = Verdict(proven=False, tests=(row,), failures="test_negative_sides_are_refused: DID NOT RAISE ValueError")
    previous = Attempt(number=1, patch=first, verdict=verdict)
    then, _claims = write_patch(TASK, PLAN, snapshot(), containers, number=2, previous=previous, strategy=strategy)
    assert {change.path: change.after for change in then.changes} == {SQUARE: WHOLE, first.tests[0]: TESTS}
    assert outcomes(containers, then) == {**known, "test_negative_sides_are_refused": "passed"}
    assert talked.ledger.usage.calls == 3
    assert "DID NOT RAISE ValueError" in talked.ollama.prompts()[2]
