"""Fences: the text inside of the outer ``` fence of a model's reply."""

import io
import tokenize
from dataclasses import dataclass

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.editing.blocks import begins_with_heading
from bot.decisions.editing.replacements import has_replacements

#: Fences that hold no source of ours: commands that a model shows before the code.
COMMANDS = frozenset({"bash", "sh", "shell", "console", "zsh", "powershell", "shell-session"})

#: What a line of code begins with, and a sentence hardly ever.
CODE = ("import ", "from ", "def ", "async def ", "class ", "@", '"""', "'''", "# >>>")

#: Fences of a reply that is taken apart: each may be compared with all below it.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Fence:
    """A line that opens or closes a fence: its index, indentation, sign, length, and the words after it."""

    line: int
    indentation: str
    sign: str
    length: int
    info: str


def unfenced(text: str) -> str:
    """The content of the first fence that holds no commands; the text itself where there is no outer fence.

    A fence inside of the content doesn't end it: the first closing line does at which the content is whole. A
    fence that is never closed goes to the end. Several fences of blocks (`# >>>`, or SEARCH and REPLACE) are joined.
    """
    lines = text.split("\n")
    fences = [fence for number, line in enumerate(lines) if (fence := _fence(number, line))]
    if fences and (_begins_as_code(lines[: fences[0].line]) or _is_blank(lines[fences[0].line + 1 :])):
        return _unopened(lines, fences)
    if not 0 < len(fences) <= MOST:
        return text
    content, below = _first(lines, fences)
    found: list[str] = []
    while below and _is_edit(content):
        found.append(content)
        content, below = _first(lines, below)
    return "\n".join([*found, content] if not found or _is_edit(content) else found)


def _first(lines: list[str], fences: list[Fence]) -> tuple[str, list[Fence]]:
    """The content of the first fence that holds no commands, and the fences below it."""
    while True:
        opening, rest = fences[0], fences[1:]
        end = _end(lines, opening, rest)
        fences = [fence for fence in rest if fence.line > end]
        if not fences or opening.info.casefold() not in COMMANDS:
            return "\n".join(_flush(lines[opening.line + 1 : end], opening.indentation)), fences


def _is_edit(content: str) -> bool:
    """Whether it is a part of an edit, of which there may be more."""
    return begins_with_heading(content) or has_replacements(content)


def _begins_as_code(lines: list[str]) -> bool:
    return any(line.startswith(CODE) for line in lines)


def _is_blank(lines: list[str]) -> bool:
    return not any(line.strip() for line in lines)


def _unopened(lines: list[str], fences: list[Fence]) -> str:
    """Code that begins without a fence: those in it are part of it, unless one ends it.

    The fences in the docstrings of broken code must not be taken for outer ones: what is inside of them would
    be taken for the whole file.
    """
    for fence in fences[:50]:
        above = "\n".join(lines[: fence.line])
        if not fence.info and _is_whole(above):
            return above
    return "\n".join(lines)


def _fence(number: int, line: str) -> Fence | None:
    words = line.strip()
    sign = words[:1]
    if sign not in ("`", "~"):
        return None
    info = words.lstrip(sign)
    length = len(words) - len(info)
    if length < 3 or "`" in info:
        return None
    return Fence(number, line[: len(line) - len(line.lstrip())], sign, length, info.strip().partition(" ")[0])


def _end(lines: list[str], opening: Fence, rest: list[Fence]) -> int:
    """Index of the line that closes the fence, or of the end of the text."""
    same = [fence for fence in rest if fence.sign == opening.sign]
    closing = [fence for fence in same if not fence.info and fence.length >= opening.length]
    for fence in closing[:50]:
        if _is_whole("\n".join(_flush(lines[opening.line + 1 : fence.line], opening.indentation))):
            return fence.line
    depth = 1
    for fence in same:
        depth += 1 if fence.info else -1 if fence.length >= opening.length else 0
        if not depth:
            return fence.line
    return closing[-1].line if closing else len(lines)


def _is_whole(code: str) -> bool:
    """Whether the text is Python, or Python blocks at several indentations, with no string left open."""
    try:
        return bool(syntax_tree(code).body)
    except IndentationError:
        return _has_no_open_string(code)
    except UNPARSABLE:
        return False


def _has_no_open_string(code: str) -> bool:
    try:
        for _ in tokenize.generate_tokens(io.StringIO(code).readline):
            pass
    except IndentationError:
        return True
    except (tokenize.TokenError, SyntaxError):
        return False
    return True


def _flush(lines: list[str], indentation: str) -> list[str]:
    """The lines without the fence's own indentation, if all of them have it."""
    if indentation and all(line.startswith(indentation) for line in lines if line.strip()):
        return [line[len(indentation) :] for line in lines]
    return lines
