"""Tool text: the ways in which models ask for a tool when they don't use the form that they were told.

A server takes such text out of a reply and gives it as `tool_calls`, when it knows the model's own way; when it
does not, the text stays in the reply. Both are brought into one form here, that of Hermes and Qwen:
https://qwen.readthedocs.io/en/latest/framework/function_call.html
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

HERMES = re.compile(r"<tool_call>\s*(?=\{)")
MISTRAL = re.compile(r"\[TOOL_CALLS\]\s*(?:(\w+)(?:\[ARGS\])?\s*)?([\[{].*)", re.DOTALL)
CODER = re.compile(r"<function=([\w.]+)>(.*?)(?:</function>|\Z)", re.DOTALL)
PARAMETER = re.compile(r"<parameter=(\w+)>\n?(.*?)\n?(?:</parameter>|(?=<parameter=)|\Z)", re.DOTALL)
BARE = re.compile(r"\A\s*(?:```(?:json)?\s*)?(\{.*\})\s*+(?:```)?\s*+\Z", re.DOTALL)
ARGUMENTS = ("arguments", "parameters", "args", "input")


class ToolText(NamedTuple):
    """A call that a reply asks for, and what the model said before it."""

    name: str
    arguments: dict[str, Any]
    before: str


def told_calls(calls: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Calls that a server gave by name and arguments, as text."""
    return "\n".join(
        f"<tool_call>\n{json.dumps({'name': name, 'arguments': dict(arguments)})}\n</tool_call>"
        for name, arguments in calls
    )


def tool_text(reply: str) -> ToolText | None:
    """The first call that a reply asks for in any of these ways; None when there is none."""
    if found := HERMES.search(reply):
        return _of_object(_loaded(reply[found.end() :]), reply[: found.start()])
    if found := CODER.search(reply):
        arguments = {name: _literal(text) for name, text in PARAMETER.findall(found[2])}
        return ToolText(found[1], arguments, _said(reply[: found.start()]))
    if found := MISTRAL.search(reply):
        value, before = _loaded(found[2]), reply[: found.start()]
        if found[1]:
            return ToolText(found[1], value, _said(before)) if isinstance(value, dict) else None
        return _of_object(value[0] if isinstance(value, list) and value else value, before)
    found = BARE.match(reply)
    return _of_object(_loaded(found[1]), "") if found else None


def _of_object(value: Any, before: str) -> ToolText | None:
    """A call of {"name": ..., "arguments": {...}}, also inside of {"function": ...} and with JSON in a string."""
    if isinstance(value, dict) and isinstance(value.get("function"), dict):
        value = value["function"]
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    given = next((value[key] for key in ARGUMENTS if key in value), None)
    given = _loaded(given) if isinstance(given, str) else given
    return ToolText(value["name"], given, _said(before)) if isinstance(given, dict) else None


def _said(text: str) -> str:
    return text.replace("<tool_call>", "").strip()


def _loaded(text: str) -> Any:
    """The JSON at the beginning of a text; None for what is none."""
    try:
        return json.JSONDecoder().raw_decode(text.strip())[0]
    except (ValueError, RecursionError):
        return None


def _literal(text: str) -> Any:
    """A parameter's value: JSON where it is a number or a truth, else the text itself."""
    value = _loaded(text) if re.fullmatch(r"\s*(?:-?\d+|true|false|null)\s*", text) else None
    return text if value is None else value
