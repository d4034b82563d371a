"""Examples: calls that went well, made short enough to stand in every later prompt."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.programs.defused import defused
from bot.programs.tools.answer import cut_middle

#: Characters that are left of an input at least, else the example shows nothing.
SHORTEST_INPUT = 60


def shortened(demos: Sequence[Mapping[str, Any]], signature: Any, space: int) -> list[dict[str, Any]]:
    """As many of the examples as fit, those with the shortest answers first.

    Answers stay whole, for half an answer teaches to answer by half; what was asked is cut in its middle.

    Args:
        demos: the values of a predictor's fields.
        signature: the predictor's.
        space: characters for all of them together.
    """
    kept = []
    for demo in sorted(demos, key=lambda one: size(part(one, signature.output_fields))):
        inputs, outputs = part(demo, signature.input_fields), part(demo, signature.output_fields)
        left = space - size(outputs)
        if not inputs or not outputs or left < SHORTEST_INPUT * len(inputs):
            continue
        each = min(left // len(inputs), max(SHORTEST_INPUT, space // (2 * len(inputs))))
        shown = {name: cut_middle(value, each) if isinstance(value, str) else value for name, value in inputs.items()}
        if size(shown) > left:
            continue
        kept.append({**shown, **outputs})
        space = left - size(shown)
    return kept


def part(demo: Mapping[str, Any], names: Any) -> dict[str, Any]:
    """The values of these fields, harmless."""
    return {name: defused(demo[name]) for name in names if name in demo}


def size(values: Mapping[str, Any]) -> int:
    """Characters of the values in a prompt."""
    return sum(len(value) if isinstance(value, str) else len(json.dumps(value)) for value in values.values())
