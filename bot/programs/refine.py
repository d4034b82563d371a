"""Refine: write, verify, and write again with what the evidence said, until it convinces.

`dspy.Refine` with three repairs that its own code needs here: nothing is swallowed (dspy 3.4.1 prints the
exceptions of module and reward and goes on), the failure text reaches the next attempt instead of advice
from a further call, and no state outlives a call.
"""

from collections.abc import Callable
from typing import Any

import dspy

from bot.words.attempt import Attempt

Write = Callable[[int, Attempt | None], Attempt]
Verify = Callable[[Attempt], Attempt]

CONVINCED = 1.0


class Writing(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """One attempt as a dspy module: number and previous attempt in, attempt out."""

    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write

    def forward(self, number: int, previous: Attempt | None) -> Any:
        """A prediction whose `attempt` was written and not yet verified."""
        return dspy.Prediction(attempt=self._write(number, previous))


class ProofRefine(dspy.Refine):  # type: ignore[misc]  # dspy is untyped
    """`dspy.Refine` whose reward is the score of the verdict."""

    def __init__(self, module: Writing, N: int, verify: Verify, threshold: float = CONVINCED) -> None:  # noqa: N803 - dspy's name
        dspy.Module.__init__(self)  # Refine's own reads source files for an advice call that is not made here
        self.module, self.N, self.threshold = module, N, threshold
        self._verify = verify

    def reward_fn(self, args: dict[str, Any], prediction: Any) -> float:
        """Verify the attempt, keep the verdict in the prediction, and give its score."""
        del args
        prediction.attempt = self._verify(prediction.attempt)
        verdict = prediction.attempt.verdict
        return float(verdict.score) if verdict else 0.0

    def forward(self, previous: Attempt | None = None) -> Any:
        """A prediction with all `attempts` in order and the `reward` of the last one."""
        attempts: list[Attempt] = []
        reward = 0.0
        for number in range(1, self.N + 1):
            prediction = self.module(number=number, previous=previous)
            reward = self.reward_fn({"number": number, "previous": previous}, prediction)
            previous = prediction.attempt
            attempts.append(prediction.attempt)
            if reward >= self.threshold:
                break
        return dspy.Prediction(attempts=tuple(attempts), reward=reward)


def refine_until_convinced(write: Write, verify: Verify, attempts: int) -> tuple[Attempt, ...]:
    """Write and verify attempts until one convinces or none is left.

    It calls `write(1, None)`, `verify(...)`, `write(2, first)`, ... in exactly this order and does nothing
    else, so both may be durable steps.

    Args:
        write: makes attempt `number` from the previous one, verdict included.
        verify: gives the attempt back with its verdict; without one it counts as unconvincing.
        attempts: at most so many.

    Returns:
        Every attempt with its verdict, in order; the last one is proven, or none is.

    Raises:
        Exception: whatever `write` or `verify` raise, BudgetSpent and Cancelled included.
    """
    prediction = ProofRefine(Writing(write), N=attempts, verify=verify)()
    return tuple(prediction.attempts)
