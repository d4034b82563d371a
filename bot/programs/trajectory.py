"""Trajectory: what a planner did and saw, as its next prompt tells it: each step is sent again, so old ones shortly."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.programs.remembered import bare, kept, shares, words_of
from bot.programs.tools.answer import cut

#: Characters of an observation that is not among the newest, on the average, and of one for which there is no space.
OLD, OLDEST = 500, 80
#: dspy's own keys: "thought_0", "tool_name_0", "tool_args_0", "observation_0".
KEYS = 4


def numbers_of(trajectory: Mapping[str, Any]) -> list[str]:
    """The steps' numbers, in order; dspy takes away the oldest ones where a prompt was too long."""
    return [key.removeprefix("thought_") for key in trajectory if key.startswith("thought_")]


def told(trajectory: Mapping[str, Any], limit: int, newest: int, issue: str = "") -> str:
    """The steps as plain text, at most `limit` characters as long as their heads fit.

    Args:
        trajectory: dspy's.
        limit: characters.
        newest: so many of the last observations are told in full; those before share what OLD characters of each
            would take, and keep what the issue and the other steps speak of.
        issue: what was asked.
    """
    numbers = numbers_of(trajectory)
    heads = [head(trajectory, number, place) for place, number in enumerate(numbers, 1)]
    seen = [str(trajectory[f"observation_{number}"]) for number in numbers]
    words = words_of(issue, [said(trajectory, number) for number in numbers])
    old = max(0, len(numbers) - newest)
    known = set().union(*map(bare, seen[old:]))
    pool = sum(len(cut(text, OLD)) for text in seen[:old])
    shared = shares(seen, heads[:old], words, pool)
    seen[:old] = [kept(text, share, words, known) for text, share in zip(seen, shared, strict=False)]
    space = limit - sum(len(text) + 2 for text in heads)
    return "\n\n".join(map(str.__add__, heads, fitted(seen, space, words))) or "none"


def said(trajectory: Mapping[str, Any], number: str) -> str:
    """What the planner itself said in a step."""
    return "\n".join(str(trajectory[f"{key}_{number}"]) for key in ("thought", "tool_args"))


def head(trajectory: Mapping[str, Any], number: str, place: int) -> str:
    """The thought and the call of a step."""
    name, args = trajectory[f"tool_name_{number}"], trajectory[f"tool_args_{number}"]
    call = f"{name} {cut(args, OLD)}\n" if name else ""
    return f"Step {place}: {cut(str(trajectory[f'thought_{number}']), OLD)}\n{call}"


def fitted(texts: Sequence[str], limit: int, words: Mapping[str, float]) -> list[str]:
    """Texts cut so that they fit together, the oldest first: the last one keeps what it can."""
    found = list(texts)
    for place, text in enumerate(found):
        over = sum(map(len, found)) - limit
        if over <= 0:
            break
        found[place] = kept(text, max(OLDEST, len(text) - over), words)
    return found
