"""Dressing: a file's new text with the line endings, byte order mark and final newline that the file had."""

from bot.decisions.canonical import is_hidden
from bot.decisions.code.encoding import BOM, encoding_trouble
from bot.decisions.editing.blocks import EditError, UnchangedError

#: Hidden characters that a file may hold: white space, and what joins letters and emoji.
HARMLESS = frozenset("\r\f\u200c\u200d\ufe0f" + BOM)


def line_ending(text: str) -> str:
    """The line ending that most lines have."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def ends_unfinished(text: str) -> bool:
    """Whether the last line has no line ending, as some files have it."""
    return bool(text.strip()) and not text.endswith(("\n", "\r"))


def dressed(text: str, old: str) -> str:
    """A text with plain line feeds, in the line endings, byte order mark and final newline of the old one."""
    if ends_unfinished(old):
        text = text.rstrip("\n")
    text = text.replace("\n", line_ending(old))
    return BOM + text if old.startswith(BOM) else text


def accepted(old: str | None, new: str, *, python: bool = True) -> str:
    """The new text, when it may take the place of the old one.

    Args:
        old: the present text; None for a new file.
        new: the text that is to be written.
        python: whether it is Python, whose first lines may declare an encoding.

    Raises:
        EditError: it has characters that nobody can see and that were not there before, or that the file's
            encoding doesn't have.
        UnchangedError: nothing changes.
    """
    hidden = {sign for sign in set(new) - set(old or "") - HARMLESS if is_hidden(sign)}
    for sign in sorted(hidden):
        line = new[: new.index(sign)].count("\n") + 1
        escape = sign.encode("unicode_escape", "surrogatepass").decode()
        raise EditError(f"Line {line} has a character that nobody can see: write it as the escape `{escape}`.")
    if new == old:
        raise UnchangedError("This is what the file says already: nothing changes.")
    if python and (trouble := encoding_trouble(new)):
        raise EditError(trouble)
    return new
