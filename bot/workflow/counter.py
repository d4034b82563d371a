"""Counter: one repository on GitHub, as admission's registry and as the desk of its jobs."""

from typing import Protocol

from bot.workflow.admission import Answered, Desire, Registry
from bot.workflow.desk import Desk
from bot.workflow.halting import Witness


class Counter(Registry, Witness, Desk, Protocol):
    """Answers the questions of admission and of whoever stops jobs, writes the answers, and is the jobs' desk."""

    def answer(self, answered: Answered, marker: str) -> None:
        """Write a comment, once per marker."""

    def acknowledge(self, desire: Desire) -> None:
        """React with eyes to what gave the command."""

    def close(self) -> None:
        """Revoke the tokens that were minted for it."""
