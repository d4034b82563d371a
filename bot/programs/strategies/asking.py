"""Asking: one call of a model, with what to tell it where its reply can't be read; and whom it blames."""

import re
from typing import Any

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.code.source import extract_code
from bot.programs.form import Form
from bot.programs.replies import told_reply

HEADER = re.compile(r"^\[\[ ## \w+ ## \]\][ \t]*$", re.MULTILINE)


def asked(predictor: Any, **inputs: Any) -> tuple[Any, str]:
    """The reply and "", or None and what was wrong with it, in words for the model.

    Raises:
        dspy.LMError: the model's server failed.
    """
    reply, problem = told_reply(predictor, **inputs)
    if reply is not None:
        reply.generated_code = own_section(reply.generated_code)
    return reply, problem


def own_section(text: str) -> str:
    """A text up to a header that was not asked for: small models add sections. Code that holds such a line stays."""
    found = HEADER.search(text)
    if found is None:
        return text
    try:
        syntax_tree(extract_code(text))
    except UNPARSABLE:
        return text[: found.start()]
    return text


def blamed(reply: Any, form: Form) -> str:
    """What the model says is at fault: "code" (this file's), "tests", or "other" (files of the change)."""
    word = reply.fault.strip().lower()
    if word.startswith("test"):
        return "tests"
    return "other" if word.startswith("other") or form.unchanged(reply.generated_code) else "code"
