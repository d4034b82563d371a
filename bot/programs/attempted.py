"""Attempted: the code for one exercise, or why there is none. Only a server that fails ends the whole work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import dspy

from bot.errors import Broken, ModelError, Refusal
from bot.programs.author import write_code
from bot.programs.engine import CUT_OFF
from bot.programs.failures import told_plainly
from bot.words.patch import Patch
from bot.words.plan import Plan
from bot.words.repository_settings import Strategy
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from sandbox.room import Limits, Sandbox, SandboxError

T = TypeVar("T")

TOO_LONG = "The prompt was longer than the model's window."
NO_FORM = "The reply did not have the sections asked for."


def attempted(
    task: Task,
    plan: Plan,
    snapshot: Snapshot,
    sandbox: Sandbox,
    limits: Limits,
    environment: str | None,
    strategy: Strategy = "",
) -> Patch | str:
    """The patch that the model wrote, without tests, or why it wrote none. Call it inside of a session.

    Raises:
        Broken: the model's server or the sandbox failed: that says nothing of a program, so nothing can be measured.
        BudgetSpent, Cancelled: from the session.
    """
    made, reason = tried(
        "write the change", lambda: write_code(task, plan, snapshot, sandbox, limits, environment, strategy)
    )
    return reason if made is None else made


def tried(doing: str, do: Callable[[], T]) -> tuple[T | None, str]:
    """What a program made of a task, or None and why it made nothing, in a sentence. Call it inside of a session.

    Raises:
        Broken, BudgetSpent, Cancelled: as `attempted`.
    """
    try:
        with broken_without_model(doing):
            return do(), ""
    except (ModelError, Refusal, dspy.LMError) as error:
        return None, TOO_LONG if isinstance(error, dspy.ContextWindowExceededError) else str(error)
    except dspy.AdapterParseError:
        return None, NO_FORM
    except SandboxError as error:
        raise Broken(f"No room of the sandbox could be had: {error}") from error


@contextmanager
def broken_without_model(doing: str) -> Iterator[None]:
    """End the whole work where the model's server failed; a reply that was cut off, or a prompt too long, comes out.

    Raises:
        Broken: in one sentence, without a word of the server's.
    """
    try:
        yield
    except dspy.LMError as error:
        if isinstance(error, dspy.ContextWindowExceededError) or error.provider_code == CUT_OFF:
            raise
        try:
            with told_plainly(doing):
                raise
        except ModelError as told:
            raise Broken(str(told)) from None
