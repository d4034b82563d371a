"""What would help: each piece of advice has its reason, and the surest come first."""

import pytest

from bot.sentences.advice import what_helps
from bot.words.attempt import Attempt
from bot.words.evidence import NewTest, Red, Verdict


def one(base: Red, patch: str, **more: object) -> Attempt:
    test = NewTest(id="tests/test_a.py::test_a", base=base, patch=patch)
    return Attempt(number=1, verdict=Verdict(proven=False, reasons=("no",), tests=(test,), **more))


def scored(*scores: float) -> list[Attempt]:
    return [one(Red.ASSERTION, "failed", failures="f", score=score) for score in scores]


def troubled(text: str) -> list[Attempt]:
    return [Attempt(number=1, trouble=text)]


@pytest.mark.parametrize(
    ("attempts", "said", "wanted"),
    [
        ([], "", ["name the file and the function"]),
        (
            troubled("The model could not write the change: the reply was cut off at its ..."),
            "",
            ["INTERN_MODEL_REPLY"],
        ),
        ([], "The reply was cut off.", ["INTERN_MODEL_REPLY"]),
        (troubled("its replies did not have the form asked for."), "", ["INTERN_MODEL`)"]),
        (troubled("The model could not plan the change: its replies were empty."), "", ["replied with nothing"]),
        (troubled("The patch touched what it may not: setup.cfg: protected."), "", ["allow those paths"]),
        ([one(Red.GREEN, "passed")], "", ["show an input that goes wrong today"]),
        ([one(Red.ASSERTION, "passed", gaps=("g",))], "", ["how one sees from outside"]),
        ([one(Red.ASSERTION, "passed", failures="f")], "", ["say which existing behaviour may change"]),
        ([one(Red.ASSERTION, "failed", failures="f")], "", ["add an example to the issue"]),
        (
            [one(Red.ASSERTION, "passed", failures="f", suite_before={"passed": 9, "failed": 1, "error": 1})],
            "",
            ["say which existing behaviour may change", "repair the 2 tests that fail without any change"],
        ),
        (scored(0.4, 0.6), "", ["add an example", "the last one came closest, and no attempt was left"]),
        (scored(0.6, 0.6), "", ["add an example"]),
        (scored(0.6, 0.4), "", ["add an example"]),
        (scored(0.6), "", ["add an example"]),
    ],
)
def test_advice_comes_from_what_went_wrong(attempts: list[Attempt], said: str, wanted: list[str]) -> None:
    told = what_helps(attempts, said)
    assert all(piece in told for piece in wanted)
    assert told.count("\n- ") == (len(wanted) if len(wanted) > 1 else 0)
    assert told.startswith("What would help:")
    assert told.endswith("Then ask again.")


def test_never_more_than_three_pieces() -> None:
    attempts = [*troubled("cut off; form asked for; touched what it may not"), *scored(0.1, 0.2)]
    assert what_helps(attempts).count("\n- ") == 3
