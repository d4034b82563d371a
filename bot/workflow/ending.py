"""Ending: the one terminal state of a job."""

from enum import StrEnum

from bot.words.attempt import Attempt
from bot.words.budget import Usage
from bot.words.evidence import Evidence
from bot.words.plan import Plan
from bot.words.reproduction import Reproduction
from bot.words.value import Value
from bot.workflow.desk import Published


class End(StrEnum):
    """How a job ended."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    REFUSED = "refused"
    SPENT = "budget spent"
    STOPPED = "stopped"
    FAILED = "failed"


class Ending(Value):
    """How a job ended, with everything that a report needs.

    Attributes:
        end: the state.
        sentence: what was said at the end (Markdown).
        plan: the plan, once there was one.
        attempts: every attempt, in order.
        evidence: of the last attempt that was verified.
        reproduction: the planner's test that shows the fault, where it found one.
        usage: what was spent.
        minutes: wall time of the job's steps.
        published: the pull request, when proven.
        body: text of the pull request, when proven.
        notes: what a reader should know of the repository ("2 symlinks left out", "the suite was red").
    """

    end: End
    sentence: str
    plan: Plan | None = None
    attempts: tuple[Attempt, ...] = ()
    evidence: Evidence | None = None
    reproduction: Reproduction | None = None
    usage: Usage = Usage()
    minutes: float = 0.0
    published: Published = Published()
    body: str = ""
    notes: tuple[str, ...] = ()
