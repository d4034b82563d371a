"""Loss: a workflow that the engine gave up."""

from enum import StrEnum
from typing import Any

from bot.words.value import Value


class Cause(StrEnum):
    """Why it was given up."""

    UNFIT = "its recorded steps don't fit the present story"
    INTERRUPTED = "it was interrupted too often"
    FAULT = "it failed"


class Loss(Value):
    """What is left of it.

    Attributes:
        id: the workflow's.
        name: of the workflow.
        cause: why it was given up.
        argument: what it was given, as JSON; None where that can't be read.
        steps: names of its finished steps, in their order.
        pull: number of the pull request that it had opened; 0 for none.
    """

    id: str
    name: str
    cause: Cause
    argument: Any = None
    steps: tuple[str, ...] = ()
    pull: int = 0

    @property
    def published(self) -> bool:
        """Whether it has written to a branch."""
        return "commit" in self.steps

    @property
    def told(self) -> bool:
        """Whether its last word was said, or somebody else has to say it."""
        return not {"say the end", "begin", "answer"}.isdisjoint(self.steps)
