"""KnownJob: a job and what became of it so far."""

from dataclasses import dataclass
from typing import Any

from bot.words.job import Job
from bot.workflow.ending import End


@dataclass(frozen=True)
class KnownJob:
    """One job that the engine knows.

    Attributes:
        job: the job.
        active: whether it waits or is at work.
        waiting: whether it was not begun.
        halted: whether it was stopped; it may be active for a moment still.
        ending: what the engine keeps of its ending, as JSON; {} where there is none.
    """

    job: Job
    active: bool
    waiting: bool
    halted: bool
    ending: dict[str, Any]

    @property
    def goes_on(self) -> bool:
        """Whether something is to be expected of it."""
        return self.active and not self.halted

    @property
    def proven(self) -> bool:
        """Whether it came to a proven change."""
        return self.ending.get("end") == End.PROVEN.value

    @property
    def pull(self) -> int:
        """Number of the pull request that it published to; 0 for none."""
        number = (self.ending.get("published") or {}).get("number")
        return number if isinstance(number, int) else 0

    @property
    def sentence(self) -> str:
        """What was said at its end, in its first paragraph."""
        return str(self.ending.get("sentence") or "").split("\n\n")[0]
