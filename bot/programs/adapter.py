"""SectionAdapter: replies in sections of plain text, read with tolerance for what small models do."""

import difflib
import json
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import dspy
from dspy.adapters.utils import apply_output_field_defaults, parse_value

from bot.programs.defused import defused, encodable, restored
from bot.programs.fitting import fitted, too_much
from bot.programs.ledger import prompt_limit, prompt_space
from bot.programs.object_adapter import ObjectAdapter
from bot.programs.tool_text import tool_text

HEADER = re.compile(r"^ {0,3}\**\[\[ ?## ?(\w+) ?## ?\]\]\**[ \t]*(.*)$")
LOOSE = re.compile(r"^ {0,3}(#{1,4} ?|\*\*|\[\[? ?)?[#` ]*(\w+)[#` ]*(?:\]\]?|\*\*|:)*[ \t]*(.*)$")
#: The fields that are answered with a whole file.
LONG = ("generated_code", "tests")
#: The fields of a planner's step.
THOUGHT, TOOL, ARGUMENTS = "next_thought", "next_tool_name", "next_tool_args"
#: What models write into a section of JSON that has nothing to say.
NO_JSON = ("none", "n/a", "null", "nothing", "empty")
FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
OBJECT = re.compile(r"\A\s*(?:```(?:json)?\s*)?(\{.*\})\s*+(?:```)?\s*+\Z", re.DOTALL)


class SectionAdapter(dspy.ChatAdapter):  # type: ignore[misc]  # dspy is untyped
    """dspy's chat format, with four differences.

    Code never goes into JSON: the second try with JSON is only made where a field is not plain text. Only
    the headers of a signature's own fields divide a reply, so that a file may contain such lines. Markers
    inside of the inputs are defused, so that no text from outside can open a section or send along a picture.
    And the form is told briefly, without JSON schemas, which small models copy instead of filling in: a field
    that is JSON shows an example in its description.
    """

    def __init__(self) -> None:
        super().__init__(use_json_adapter_fallback=False)

    def __call__(
        self, lm: Any, lm_kwargs: dict[str, Any], signature: Any, demos: list[Any], inputs: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Ask for sections; where a field needs JSON and the sections can't be read, ask once for JSON."""
        inputs = self._fitting(self, signature, demos, inputs)
        try:
            return super().__call__(lm, dict(lm_kwargs), signature, demos, inputs)  # type: ignore[no-any-return]
        except dspy.AdapterParseError as first:
            if plain_text(signature):
                raise
            try:
                return self._ask_for_json(lm, lm_kwargs, signature, demos, inputs)
            except dspy.AdapterParseError as second:  # the next prompt asks for sections again
                second.problem = getattr(first, "problem", "")
                raise

    def _ask_for_json(
        self, lm: Any, lm_kwargs: dict[str, Any], signature: Any, demos: list[Any], inputs: dict[str, Any]
    ) -> list[dict[str, Any]]:
        again = ObjectAdapter(
            use_native_function_calling=self.use_native_function_calling, parallel_tool_calls=self.parallel_tool_calls
        )
        safe = {name: defused(value) for name, value in inputs.items()}
        safe = self._fitting(again, signature, demos, safe)
        try:
            return again(lm, dict(lm_kwargs), signature, demos, safe)  # type: ignore[no-any-return]
        except (ValueError, RecursionError) as problem:  # dspy's own adapter lets these out of its parser
            raise self._refusal(signature, "", f"The JSON can't be read: {problem}") from problem

    @staticmethod
    def _fitting(adapter: Any, signature: Any, demos: list[Any], inputs: dict[str, Any]) -> dict[str, Any]:
        """The inputs, shortened where the prompt that they make would be longer than a prompt may be."""
        known = {name: value for name, value in inputs.items() if name in signature.input_fields}
        texts = [str(message["content"]) for message in adapter.format(signature, demos, known)]
        over = too_much(texts, prompt_limit(), prompt_space())
        return fitted(inputs, over) if over > 0 else inputs

    def format_user_message_content(self, signature: Any, inputs: dict[str, Any], *args: Any, **kw: Any) -> str:
        """The message with the inputs, whose own markers are made harmless."""
        safe = {name: defused(value) for name, value in inputs.items()}
        return super().format_user_message_content(signature, safe, *args, **kw)  # type: ignore[no-any-return]

    def format_field_structure(self, signature: Any) -> str:
        """The form of a reply."""
        shape = "\n\n".join(f"[[ ## {name} ## ]]\n{{{name}}}" for name in signature.output_fields)
        how = "Reply with these sections, each header on a line of its own:"
        return f"{how}\n\n{shape}\n\n[[ ## completed ## ]]"

    def format_task_description(self, signature: Any) -> str:
        """The signature's docstring."""
        return f"Your task:\n{signature.instructions}"

    def user_message_output_requirements(self, signature: Any) -> str:
        """The reminder at the end of the prompt."""
        headers = ", ".join(f"`[[ ## {name} ## ]]`" for name in signature.output_fields)
        json = [name for name, field in signature.output_fields.items() if field.annotation is not str]
        form = f" Write JSON in {', '.join(json)}." if json else ""
        return f"Reply with the sections {headers}, then `[[ ## completed ## ]]`.{form}"

    def parse(self, signature: Any, completion: str) -> dict[str, Any]:
        """The fields of a reply. Raises dspy.AdapterParseError, whose message tells what is missing."""
        completion = encodable(completion)
        texts = self._divided(completion, signature)
        values: dict[str, Any] = {}
        for name, text in texts.items():
            if is_blank(text, signature.output_fields[name]):
                continue  # left blank: its default says what that means
            try:
                values[name] = restored(parse_value(text, signature.output_fields[name].annotation))
            except (ValueError, RecursionError) as problem:
                raise self._refusal(signature, completion, f"Section {name}: {problem}") from problem
        values = apply_output_field_defaults(signature, values)
        missing = [name for name in signature.output_fields if name not in values or not texts]
        if missing:
            instead = misspelled(completion, signature.output_fields, missing)
            raise self._refusal(signature, completion, f"The reply lacks: {', '.join(missing)}.{instead}")
        return values

    def _divided(self, completion: str, signature: Any) -> dict[str, str]:
        """The texts of a reply by field: by its headers, by what was meant as such, or in another plain form."""
        fields = signature.output_fields
        needed = [name for name, field in fields.items() if field.is_required()]
        texts = sections(completion, fields)
        if not texts or not all(name in texts for name in needed):
            loose = sections(completion, fields, loose_header)
            texts = loose if len(loose) > len(texts) else texts
        if TOOL in fields and TOOL not in texts:
            texts |= called_tool(completion)
        return texts or object_answer(completion, fields, needed) or bare_answer(completion, signature)

    def _refusal(self, signature: Any, completion: str, message: str) -> Exception:
        error: Exception = dspy.AdapterParseError(
            adapter_name="SectionAdapter", signature=signature, lm_response=completion[:2000], message=message
        )
        error.problem = message  # type: ignore[attr-defined]  # without the reply, which dspy's own text repeats
        return error


def is_blank(text: str, field: Any) -> bool:
    """Whether a section that may be left blank is: empty, or instead of JSON a word for nothing on its first line."""
    if field.is_required():
        return False
    first = text.strip().partition("\n")[0].strip(" .*_`()").lower()
    return not text or (field.annotation is not str and first in NO_JSON)


def strict_header(line: str) -> tuple[str, str]:
    """Name and rest of a header as it was asked for; the name is "" where there is none."""
    header = HEADER.match(line)
    return (header[1], header[2]) if header else ("", "")


def loose_header(line: str) -> tuple[str, str]:
    """Name and rest of what a model meant as a header: "### name", "**name**: text", "name: text"."""
    header = LOOSE.match(line)
    if not header or not (header[1] or ":" in line):
        return "", ""
    return header[2].lower(), header[3]


def sections(reply: str, names: Any, header: Callable[[str], tuple[str, str]] = strict_header) -> dict[str, str]:
    """Split a reply at the headers of these fields; each counts once, any other line is content.

    What is not written as it was asked for is no header inside of a fence, where it may be code.
    """
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    fenced = False
    for line in cut_end(reply).splitlines():
        fenced ^= bool(FENCE.match(line))
        name, rest = ("", "") if fenced and header is not strict_header else header(line)
        if name in names and name not in found:
            current = found[name] = [rest] if rest else []
        elif current is not None:
            current.append(line)
    return {name: "\n".join(lines).strip("\n").rstrip() for name, lines in found.items()}


def misspelled(reply: str, names: Collection[str], missing: Sequence[str]) -> str:
    """Which headers of a reply are no section's, with those that may have been meant; "" where all are."""
    written = [name for line in cut_end(reply).splitlines() if (name := strict_header(line)[0]) and name not in names]
    told = []
    for name in list(dict.fromkeys(written))[:3]:
        meant = difflib.get_close_matches(name, missing, n=1, cutoff=0.5)
        instead = f": write `[[ ## {meant[0]} ## ]]`" if meant else ""
        told.append(f" No section is called `[[ ## {name[:40]} ## ]]`{instead}.")
    return "".join(told)


def cut_end(reply: str) -> str:
    """A reply up to its last end marker."""
    lines = reply.splitlines()
    ends = [i for i, line in enumerate(lines) if (header := HEADER.match(line)) and header[1] == "completed"]
    return "\n".join(lines[: ends[-1]] if ends else lines)


def called_tool(reply: str) -> dict[str, str]:
    """A planner's step that asks for its tool in the model's own way, or natively; {} for any other reply."""
    call = tool_text(reply)
    if call is None:
        return {}
    thought = {} if "## ]]" in call.before else {THOUGHT: call.before[-500:]}
    return thought | {TOOL: call.name, ARGUMENTS: json.dumps(call.arguments)}


def object_answer(reply: str, names: Any, needed: list[str]) -> dict[str, str]:
    """A reply that is one JSON object with the fields asked for; {} for any other."""
    found = OBJECT.match(reply)
    try:
        value = json.loads(found[1]) if found else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict) or not all(name in value for name in needed):
        return {}
    known = {name: value[name] for name in names if name in value}
    return {name: text if isinstance(text, str) else json.dumps(text) for name, text in known.items()}


def bare_answer(reply: str, signature: Any) -> dict[str, str]:
    """A reply without any header that is plainly the one long text that was asked for: a fenced block."""
    if not plain_text(signature) or "```" not in reply:
        return {}
    return {name: reply for name in LONG if name in signature.output_fields}


def plain_text(signature: Any) -> bool:
    """Whether every output is plain text."""
    return all(field.annotation is str for field in signature.output_fields.values())
