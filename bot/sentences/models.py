"""Which model did what."""

from bot.sentences.harmless import inline_code
from bot.words.progress import Progress


def models(progress: Progress) -> str:
    """Say "`a`", or "`a`; the plan is by `b`, attempt 4 by `b`" where a stronger one took over; "" for no model."""
    if not progress.model:
        return ""
    others = [f"the plan is by {inline_code(progress.planner)}"] if progress.planner else []
    others += [f"attempt {progress.attempt} is by {inline_code(progress.writer)}"] if progress.writer else []
    return "; ".join([inline_code(progress.model), *([", ".join(others)] if others else [])])
