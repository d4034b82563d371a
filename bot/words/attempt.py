"""Attempt: one numbered try within a budget."""

from bot.words.evidence import Verdict
from bot.words.patch import Patch
from bot.words.value import Value


class Attempt(Value):
    """One patch that was written and verified.

    Attributes:
        number: from 1.
        candidate: of the patches that were tried for this number, from 1.
        model: the stronger model that wrote it; "" when the job's own did.
        patch: the patch; None when none could be written.
        verdict: what the evidence said.
        trouble: why there is no patch, in one sentence.
        elsewhere: whether that is because the model says that what has to change is in no file of the plan.
        notes: what a reader should know of the patch, one sentence each.
    """

    number: int
    candidate: int = 1
    model: str = ""
    patch: Patch | None = None
    verdict: Verdict | None = None
    trouble: str = ""
    elsewhere: bool = False
    notes: tuple[str, ...] = ()
