"""Attempt: one numbered try within a budget."""

from bot.words.evidence import Verdict
from bot.words.patch import Patch
from bot.words.value import Value


class Attempt(Value):
    """One patch that was written and verified.

    Attributes:
        number: from 1.
        patch: the patch; None when none could be written.
        verdict: what the evidence said.
        trouble: why there is no patch, in one sentence.
    """

    number: int
    patch: Patch | None = None
    verdict: Verdict | None = None
    trouble: str = ""
