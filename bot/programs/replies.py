"""Replies: one call of a model, with what to tell it where its reply can't be read."""

from typing import Any

import dspy

from bot.programs.engine import CUT_OFF

CUT = "The reply was too long and was cut off. Write less: no comments that repeat the code, a shorter check."
HOW = " Write their headers exactly as they are told below."
UNREADABLE = f"The reply did not have the sections asked for.{HOW}"
LONGEST = 400


def told_reply(predictor: Any, *, cut: str = CUT, **inputs: Any) -> tuple[Any, str]:
    """The reply and "", or None and what was wrong with it, in words for the model.

    Args:
        predictor: what asks.
        cut: what to say of a reply that was cut off.
        inputs: of the prompt.

    Raises:
        dspy.LMError: the model's server failed.
    """
    try:
        return predictor(**inputs), ""
    except (dspy.AdapterParseError, dspy.LMProviderError) as error:
        problem = problem_of(error, cut)
        if not problem:
            raise
        return None, problem


def problem_of(error: Exception, cut: str = CUT) -> str:
    """What was wrong with a reply; "" for an error that is not the reply's."""
    if isinstance(error, dspy.AdapterParseError):
        what = getattr(error, "problem", "")
        return f"{UNREADABLE} {what}".rstrip()[:LONGEST]
    return cut if getattr(error, "provider_code", "") == CUT_OFF else ""


def for_people(problem: str) -> str:
    """A problem without what only the model is told."""
    return problem.replace(HOW, "")
