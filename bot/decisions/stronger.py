"""Stronger: when the second, stronger model takes over, and how many candidates an attempt has.

The first model does what it can. The stronger one is asked only where that failed: for the plan, when the first one's
can't be used; for the code, in the last attempt that the budget allows, and as soon as two attempts in a row came no
closer to a proof than those before them. Once it writes, it goes on to: what it began, the first one did not manage.
"""

from collections.abc import Sequence

from bot.words.attempt import Attempt

#: Attempts in a row without progress that call for it.
IN_VAIN = 2


def stronger_writes(number: int, most: int, attempts: Sequence[Attempt], stronger: str) -> bool:
    """Whether the stronger model writes attempt `number`.

    Args:
        number: of the attempt, from 1. The first one is never the stronger model's.
        most: attempts that the budget allows.
        attempts: all candidates of the attempts so far, in order.
        stronger: the stronger model's name; "" when there is none.
    """
    if not stronger or number <= 1:
        return False
    return number >= most or any(attempt.model == stronger for attempt in attempts) or in_vain(attempts)


def in_vain(attempts: Sequence[Attempt]) -> bool:
    """Whether each of the last attempts came no closer to a proof than all before it; the first has to beat zero."""
    closest, since = 0.0, 0
    for best in best_scores(attempts):
        since = 0 if best > closest else since + 1
        closest = max(closest, best)
    return since >= IN_VAIN


def best_scores(attempts: Sequence[Attempt]) -> list[float]:
    """The best score of each attempt's candidates, in the order of their numbers."""
    numbers = sorted({attempt.number for attempt in attempts})
    return [max(score(attempt) for attempt in attempts if attempt.number == number) for number in numbers]


def score(attempt: Attempt) -> float:
    """How close a candidate came, 0.0 to 1.0; without a patch or a verdict it came nowhere."""
    return attempt.verdict.score if attempt.verdict else 0.0


def candidates_of(wanted: int, *, stronger: bool) -> int:
    """How many candidates an attempt may have: the stronger model writes one, since it may cost money."""
    return 1 if stronger else max(1, wanted)


def to_go_on_from(attempts: Sequence[Attempt]) -> Attempt | None:
    """What the next attempt refines: the best candidate of the last attempt that left a patch, the first of equals."""
    with_patch = [attempt for attempt in attempts if attempt.patch is not None]
    if not with_patch:
        return None
    last = max(attempt.number for attempt in with_patch)
    return max((attempt for attempt in with_patch if attempt.number == last), key=score)


def step_name(what: str, number: int, candidate: int) -> str:
    """The name of a durable step: "write 2", of further candidates "write 2.3". It must stay as it is."""
    return f"{what} {number}" if candidate == 1 else f"{what} {number}.{candidate}"
