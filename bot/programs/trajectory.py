"""Trajectory: what a planner did and saw, as its next prompt tells it: each step is sent again, so old ones shortly."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.programs.tools.answer import cut

#: Characters of an observation that is not among the newest, and of one for which there is no space.
OLD, OLDEST = 500, 80
#: dspy's own keys: "thought_0", "tool_name_0", "tool_args_0", "observation_0".
KEYS = 4


def numbers_of(trajectory: Mapping[str, Any]) -> list[str]:
    """The steps' numbers, in order; dspy takes away the oldest ones where a prompt was too long."""
    return [key.removeprefix("thought_") for key in trajectory if key.startswith("thought_")]


def told(trajectory: Mapping[str, Any], limit: int, newest: int) -> str:
    """The steps as plain text, at most `limit` characters as long as their heads fit.

    Args:
        trajectory: dspy's.
        limit: characters.
        newest: so many of the last observations are told in full, of those before only the beginning.
    """
    numbers = numbers_of(trajectory)
    heads = [head(trajectory, number, place) for place, number in enumerate(numbers, 1)]
    seen = [str(trajectory[f"observation_{number}"]) for number in numbers]
    recent = len(numbers) - newest
    seen = [text if place >= recent else cut(text, OLD) for place, text in enumerate(seen)]
    return "\n\n".join(map(str.__add__, heads, fitted(seen, limit - sum(len(text) + 2 for text in heads)))) or "none"


def head(trajectory: Mapping[str, Any], number: str, place: int) -> str:
    """The thought and the call of a step."""
    name, args = trajectory[f"tool_name_{number}"], trajectory[f"tool_args_{number}"]
    call = f"{name} {cut(args, OLD)}\n" if name else ""
    return f"Step {place}: {cut(str(trajectory[f'thought_{number}']), OLD)}\n{call}"


def fitted(texts: Sequence[str], limit: int) -> list[str]:
    """Texts cut so that they fit together, the oldest first: the last one keeps what it can."""
    kept = list(texts)
    for place, text in enumerate(kept):
        over = sum(map(len, kept)) - limit
        if over <= 0:
            break
        kept[place] = cut(text, max(OLDEST, len(text) - over))
    return kept
