"""Varied: a later attempt, and each further candidate of one, gets a warmth and a seed of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import dspy

#: Added to the model's usual temperature by each attempt and each candidate, up to the warmest.
WARMER, WARMEST = 0.2, 1.0
#: No attempt has as many candidates, so that no two seeds are equal.
SEEDS = 1000


@contextmanager
def varied(number: int, candidate: int = 1) -> Iterator[None]:
    """Let candidate `candidate` of attempt `number` vary from all before it, so that it doesn't repeat them.

    The first candidate of the first attempt is left as it is. A model that takes no temperature gets a seed alone.
    """
    lm = dspy.settings.lm
    if lm is None or (number <= 1 and candidate <= 1):
        yield
        return
    changed = {"seed": SEEDS * number + candidate, "rollout_id": SEEDS * number + candidate}
    usual = lm.kwargs.get("temperature")
    if usual is not None:
        changed["temperature"] = min(max(WARMEST, usual), usual + WARMER * (number + candidate - 2))
    with dspy.context(lm=lm.copy(**changed)):
        yield
