"""Canonical: text from outside made safe for a prompt: nothing invisible, nothing that poses as structure."""

import re
import unicodedata
from dataclasses import dataclass

#: Unicode categories that show nothing: format, private use, unassigned, surrogates, controls.
INVISIBLE = frozenset({"Cf", "Co", "Cn", "Cs", "Cc"})

#: Characters of other categories that show nothing: combining grapheme joiner, Hangul and Khmer fillers,
#: variation selectors, the blank Braille pattern, line and paragraph separators.
HIDDEN = frozenset(
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2028, 0x2029, 0x2800, 0x3164, 0xFFA0,
     *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)  # fmt: skip

#: What structures a prompt of DSPy or of a chat template, and what is written for it instead. Each expression
#: is linear: what repeats is bounded or can't match what follows it.
STRUCTURE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\[\[(?=[ \t]{0,20}##)"), "[ ["),
    (re.compile(r"(?<=##)([ \t]{0,20})\]\]"), r"\1] ]"),
    (re.compile(r"<<(?=/?[ \t]{0,5}(?:CUSTOM-TYPE|SYS|/SYS))", re.IGNORECASE), "< <"),
    (re.compile(r"<\|(?=[^\s<>|]{1,64}\|>)"), "< |"),  # `|>` alone is an operator of other languages
    (re.compile(r"<(?=/?(?:think|s|start_of_turn|end_of_turn|bos|eos|pad|unk|tool_call|system|assistant|user)>)",
                re.IGNORECASE), "< "),
    (re.compile(r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])", re.IGNORECASE),
     "[ "),
    (re.compile(r"<｜"), "< ｜"),
)  # fmt: skip

#: Empty lines in a row that are kept.
EMPTY_LINES = 2

COMMENT, COMMENT_END = "<!--", "-->"


@dataclass(frozen=True, slots=True)
class Canonical:
    """Text made safe.

    Attributes:
        text: what is left.
        removed: how many characters were taken out because nobody can see them on GitHub.
        cut: whether the text was longer than the limit.
    """

    text: str
    removed: int
    cut: bool


def canonical(text: str, limit: int) -> Canonical:
    """Make text from outside safe for a prompt, in time proportional to its length.

    Args:
        text: from an issue, a comment, a file or a test's output.
        limit: characters that may be left; the rest is cut, with a note.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    visible = without_hidden(_without_comments(without_hidden(text)))
    removed = len(text) - len(visible)
    for pattern, replacement in STRUCTURE:
        visible = pattern.sub(replacement, visible)
    lines = _without_padding(visible)
    if len(lines) <= limit:
        return Canonical(lines, removed, cut=False)
    note = "\n[cut here]"
    return Canonical((lines[: max(0, limit - len(note))].rstrip() + note)[:limit], removed, cut=True)


def without_hidden(text: str) -> str:
    """The text without characters that show nothing; tabs and line feeds stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in text if not is_hidden(sign))


def is_hidden(sign: str) -> bool:
    """Whether a character shows nothing (a tab and a line feed show something)."""
    if sign in "\n\t":
        return False
    return ord(sign) in HIDDEN or unicodedata.category(sign) in INVISIBLE


def _without_comments(text: str) -> str:
    """Without HTML comments; one that is never closed goes to the end, as a browser reads it."""
    kept, at = [], 0
    while (start := text.find(COMMENT, at)) >= 0:
        kept.append(text[at:start])
        end = text.find(COMMENT_END, start + 2)  # `<!-->` is a whole comment
        if end < 0:
            return "".join(kept)
        at = end + len(COMMENT_END)
    kept.append(text[at:])
    joined = "".join(kept)
    return joined.replace(COMMENT, "< !--")  # put together from the two sides of a removed one


def _without_padding(text: str) -> str:
    """At most two empty lines in a row, and no end of a line that is only spaces."""
    lines: list[str] = []
    empty = 0
    for line in text.split("\n"):
        line = line.rstrip()
        empty = 0 if line else empty + 1
        if empty <= EMPTY_LINES:
            lines.append(line)
    return "\n".join(lines).strip("\n")
