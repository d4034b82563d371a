"""Fitting: a prompt that would be longer than it may be loses what can be spared, and never the code to be changed."""

import json
import math
from collections.abc import Sequence
from typing import Any

from bot.programs.tools.answer import cut_middle

#: Inputs that are cut last, or never: half of a file can't be written anew.
CODE, NEVER = ("previous_code", "previous_tests"), ("current_code", "form")
#: Characters that a cut input keeps.
LEAST = 600
#: Bytes that are sent around the texts of a prompt.
AROUND = 200


def too_much(texts: Sequence[str], limit: int, space: int) -> int:
    """Characters that the texts of a prompt have too many; 0 or less when there are none.

    Args:
        texts: of the prompt's messages.
        limit: characters that a prompt may have.
        space: bytes that the model's window has for a prompt, as they are sent; many scripts take more than one each.
    """
    characters = sum(map(len, texts))
    each = len("".join(texts).encode("utf-8", "replace")) / max(1, characters)
    sent = AROUND + sum(len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")) for text in texts)
    return max(characters - limit, math.ceil((sent - space) / max(1.0, each)))


def fitted(inputs: dict[str, Any], over: int) -> dict[str, Any]:
    """The inputs without so many characters: the longest texts lose their middle, down to one length.

    Args:
        inputs: of a prompt, by field.
        over: characters that are too many.
    """
    texts = {name: value for name, value in inputs.items() if isinstance(value, str) and name not in NEVER}
    for group in ([name for name in texts if name not in CODE], [name for name in texts if name in CODE]):
        length = longest_left([len(texts[name]) for name in group], over)
        for name in group:
            shorter = cut_middle(texts[name], length)
            over -= len(texts[name]) - len(shorter)
            texts[name] = shorter
    return {**inputs, **texts}


def longest_left(sizes: Sequence[int], over: int) -> int:
    """The greatest length to which texts of these sizes may be cut to lose so many characters; LEAST at least."""
    low, high = LEAST, max([LEAST, *sizes])
    while low < high:
        middle = (low + high + 1) // 2
        enough = sum(max(0, size - middle) for size in sizes) >= over
        low, high = (middle, high) if enough else (low, middle - 1)
    return low
