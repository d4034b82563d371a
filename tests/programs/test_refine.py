"""Refine: the verdict is the reward, its words reach the next attempt, and nothing is swallowed."""

import pytest

from bot.errors import BudgetSpent, ModelError
from bot.programs.refine import ProofRefine, Writing, refine_until_convinced
from bot.words.attempt import Attempt
from bot.words.evidence import Verdict
from bot.words.patch import Patch

PATCH = Patch(base="b", changes=())


class Bench:
    """Writes patches that get better, and keeps a diary of what it was asked."""

    def __init__(self, *scores: float) -> None:
        self.scores = list(scores)
        self.diary: list[str] = []

    def write(self, number: int, previous: Attempt | None) -> Attempt:
        told = previous.verdict.failures if previous and previous.verdict else None
        self.diary.append(f"write {number}, knowing {told}")
        return Attempt(number=number, patch=PATCH)

    def verify(self, attempt: Attempt) -> Attempt:
        score = self.scores[attempt.number - 1]
        self.diary.append(f"verify {attempt.number}")
        verdict = Verdict(proven=score == 1.0, score=score, failures=f"failure {attempt.number}")
        return attempt.model_copy(update={"verdict": verdict})


def test_it_goes_on_until_the_verdict_is_good_and_no_further() -> None:
    bench = Bench(0.2, 0.6, 1.0, 1.0)
    attempts = refine_until_convinced(bench.write, bench.verify, attempts=4)
    assert [a.verdict.score for a in attempts if a.verdict] == [0.2, 0.6, 1.0]
    assert bench.diary == [
        "write 1, knowing None",
        "verify 1",
        "write 2, knowing failure 1",
        "verify 2",
        "write 3, knowing failure 2",
        "verify 3",
    ]


def test_a_score_just_below_is_not_convincing() -> None:
    bench = Bench(0.999, 0.999)
    attempts = refine_until_convinced(bench.write, bench.verify, attempts=2)
    assert len(attempts) == 2
    assert not any(attempt.verdict and attempt.verdict.proven for attempt in attempts)


def test_an_attempt_without_a_verdict_is_not_convincing() -> None:
    attempts = refine_until_convinced(
        lambda number, _previous: Attempt(number=number, trouble="no code"),
        lambda attempt: attempt,
        attempts=3,
    )
    assert [attempt.trouble for attempt in attempts] == ["no code"] * 3


def test_it_is_dspys_refine_and_the_score_is_its_reward() -> None:
    bench = Bench(0.25, 1.0)
    prediction = ProofRefine(Writing(bench.write), N=1, verify=bench.verify)()
    assert prediction.reward == 0.25
    assert ProofRefine.__mro__[1].__name__ == "Refine"


@pytest.mark.parametrize("error", [ModelError("the model is gone"), BudgetSpent("80 calls"), KeyError("bug")])
def test_errors_pass_through_untouched(error, capfd) -> None:
    def write(_number: int, _previous: Attempt | None) -> Attempt:
        raise error

    with pytest.raises(type(error)) as caught:
        refine_until_convinced(write, lambda attempt: attempt, attempts=3)
    assert caught.value is error
    assert capfd.readouterr().out == "", "dspy's own Refine prints errors and goes on"


def test_errors_of_the_judge_pass_through_too() -> None:
    bench = Bench(0.5)

    def verify(_attempt: Attempt) -> Attempt:
        raise BudgetSpent("30 of 30 minutes")

    with pytest.raises(BudgetSpent):
        refine_until_convinced(bench.write, verify, attempts=3)
    assert len(bench.diary) == 1


def test_a_second_job_starts_afresh() -> None:
    for _job in range(2):
        bench = Bench(0.5, 0.5, 0.5)
        assert len(refine_until_convinced(bench.write, bench.verify, attempts=3)) == 3
