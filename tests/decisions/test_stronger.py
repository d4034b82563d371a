"""When the stronger model takes over, how many candidates there are, and what the next attempt goes on from."""

import pytest

from bot.decisions.stronger import candidates_of, in_vain, step_name, stronger_writes, to_go_on_from
from bot.words.attempt import Attempt
from bot.words.evidence import Verdict
from bot.words.patch import Patch

STRONG = "openai/strong"


def tried(number: int, score: float | None, candidate: int = 1, model: str = "") -> Attempt:
    patch = None if score is None else Patch(base=f"{number}.{candidate}", changes=())
    verdict = None if score is None else Verdict(proven=False, score=score)
    return Attempt(number=number, candidate=candidate, model=model, patch=patch, verdict=verdict)


@pytest.mark.parametrize(
    ("number", "most", "attempts", "strong"),
    [
        (1, 1, [], False),  # nothing has failed yet
        (1, 4, [], False),
        (2, 4, [tried(1, 0.5)], False),
        (3, 4, [tried(1, 0.5), tried(2, 0.6)], False),
        (4, 4, [tried(1, 0.5), tried(2, 0.6), tried(3, 0.7)], True),  # the last one
        (2, 2, [tried(1, 0.5)], True),
        (3, 9, [tried(1, None), tried(2, None)], True),  # two that came nowhere
        (3, 9, [tried(1, 0.5), tried(2, 0.5)], False),  # only one that came no closer
        (4, 9, [tried(1, 0.5), tried(2, 0.5), tried(3, 0.4)], True),
        (4, 9, [tried(1, 0.5), tried(2, 0.4), tried(3, 0.6)], False),
        (5, 9, [tried(1, 0.5), tried(2, 0.4), tried(3, 0.4), tried(4, 0.9, model=STRONG)], True),  # it goes on
    ],
)
def test_who_writes(number: int, most: int, attempts: list[Attempt], strong: bool) -> None:
    assert stronger_writes(number, most, attempts, STRONG) is strong
    assert not stronger_writes(number, most, attempts, "")


def test_the_best_candidate_of_an_attempt_counts() -> None:
    better = [tried(1, 0.5), tried(2, 0.1), tried(2, 0.7, 2), tried(3, 0.2)]
    assert not in_vain(better)
    assert in_vain([*better, tried(4, 0.7)])


def test_the_next_attempt_goes_on_from_the_best_candidate_of_the_last_one_with_a_patch() -> None:
    attempts = [tried(1, 0.9), tried(2, 0.3), tried(2, 0.5, 2), tried(2, 0.5, 3), tried(3, None)]
    assert to_go_on_from(attempts) == attempts[2]
    assert to_go_on_from([]) is None
    assert to_go_on_from([tried(1, None)]) is None


def test_the_stronger_model_writes_one_candidate() -> None:
    assert candidates_of(3, stronger=False) == 3
    assert candidates_of(3, stronger=True) == 1


def test_the_first_candidates_step_has_the_name_that_it_always_had() -> None:
    assert (step_name("write", 2, 1), step_name("verify", 2, 3)) == ("write 2", "verify 2.3")
