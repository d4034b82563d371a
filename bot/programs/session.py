"""A session: the time in which one job may use the model, in one thread."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dspy

from bot.programs.compiled import Teacher, taught_by
from bot.programs.configure import dspy_settings
from bot.programs.ledger import Day, Ledger, Record, _current
from bot.programs.model import Model, make_lm
from bot.words.budget import Budget

__all__ = ["Ledger", "session"]


@contextmanager
def session(
    model: Model,
    allowance: Budget,
    deadline: float,
    stopped: Callable[[], bool] = lambda: False,
    record: Record = lambda _entry: None,
    teacher: Teacher | None = None,
    day: Day | None = None,
    purpose: str = "",
) -> Iterator[Ledger]:
    """Give the current thread a language model of its own, with a gate before every call.

    Nothing is shared with other sessions: not the trace, not the history, not the callbacks. Threads
    that are started inside do not inherit it.

    Args:
        model: which model.
        allowance: what may still be spent, attempts aside.
        deadline: moment of `time.monotonic()` at which work must end.
        stopped: asked before every call; True ends the work.
        record: receives every call of the model and of a tool, as a JSON-able line.
        teacher: knows which programs were compiled for this model.
        day: what all jobs of the day may still spend, asked before every call.
        purpose: of the work, by which its replies are kept beyond a crash; "" keeps none.

    Yields:
        The ledger; its `usage` is what this session has spent.

    Raises:
        BudgetSpent: from inside, when the allowance is used up.
        Cancelled: from inside, when the job was stopped.
    """
    ledger = Ledger(allowance, deadline, stopped, record, space=model.prompt_characters, day=day, purpose=purpose)
    token = _current.set(ledger)
    try:
        with taught_by(teacher), dspy.context(**dspy_settings(), lm=make_lm(model, ledger), trace=[], callbacks=[]):
            yield ledger
    finally:
        _current.reset(token)
