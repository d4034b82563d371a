"""Defused: text from outside with nothing in it that steers a prompt: it may be an attack, or quote one.

Everything that a program puts into a prompt as data passes here, whichever signature it is for.
"""

import re
from typing import Any

#: What opens a section of a prompt or a reply.
SECTION = re.compile(r"\[\[(\s*##)")
#: What dspy takes for a picture or a file to send along (dspy/adapters/types/base_type.py).
ATTACHMENT = re.compile(r"<<(?=CUSTOM-TYPE)", re.IGNORECASE)
#: Special tokens of chat templates, by which text could begin a message of its own: servers that make a prompt
#: of a template read them wherever they stand. Those of Qwen, Llama 3, Phi and others ("<|im_start|>"), and of
#: DeepSeek, which has wide bars and blocks for blanks; of Llama 2 and Mistral; of Gemma.
BARRED = r"\|\w+\|>|\uff5c[\w\u2581]+\uff5c>"
NAMED = r"/?s>|</?SYS>>|(?:start|end)_of_turn>|(?:bos|eos)>"
BRACKETED = r"/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_RESULTS|TOOL_CONTENT|TOOL_CALLS)\]"
TOKEN = re.compile(rf"<(?={BARRED}|{NAMED})|\[(?={BRACKETED})")

#: As the model sees them, and as they were.
RESTORED = (
    (re.compile(r"\[ \[(\s*##)"), r"[[\1"),
    (re.compile(r"< <(?=CUSTOM-TYPE)"), "<<"),
    (re.compile(rf"(<) (?={BARRED}|{NAMED})|(\[) (?={BRACKETED})"), r"\1\2"),
)


def defused(value: Any) -> Any:
    """A text, or the texts of a list or dict, whose markers can't be taken for real ones, and that can be sent."""
    if isinstance(value, dict):
        return {defused(key): defused(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [defused(item) for item in value]
    if not isinstance(value, str):
        return value
    return TOKEN.sub(r"\g<0> ", ATTACHMENT.sub("< <", SECTION.sub(r"[ [\1", encodable(value))))


def restored(value: Any) -> Any:
    """What a model copied from a defused text, as it was: its code goes back into the file that had it."""
    if not isinstance(value, str):
        return value
    for pattern, original in RESTORED:
        value = pattern.sub(original, value)
    return value


def encodable(text: str) -> str:
    """The text without lone surrogates, which JSON can carry and UTF-8 can't."""
    return text.encode("utf-8", "replace").decode()
