"""Commands: what a person typed after `/intern`, on a line of its own.

A line counts where it reads as the writer's own words: not in a quote, in code or in an HTML comment.
https://github.github.com/gfm/ says what is what; where a line could be either, it is no command. All linear.
"""

import re
from bisect import bisect_left, bisect_right

from bot.words.command import Command, Help, Refine, Retry, Start, Status, Stop, Unknown

#: Up to three spaces may stand before; four make code of the line.
COMMAND = re.compile(r" {0,3}/intern(?:[ \t]+(?P<rest>.*))?[ \t]*", re.IGNORECASE | re.ASCII)

QUOTE = re.compile(r" {0,3}>")
INDENTED = re.compile(r" {0,3}\t| {4}")
FENCE = re.compile(r"(?: {0,3}(?:[-*+]|[0-9]{1,9}[.)])(?=[ ]))* {0,4}(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
COMMENT = re.compile(r" {0,3}<!--")
TICKS = re.compile(r"`+")
INLINE = re.compile(r"\\.|`+|<!--", re.DOTALL)

#: Commands that are one word.
PLAIN: dict[str, Command] = {"start": Start(), "stop": Stop(), "retry": Retry(), "status": Status(), "help": Help()}

KNOWN = "Try `/intern start`, `/intern refine <what to change>`, `/intern stop` or `/intern help`."


def read_command(text: str) -> Command | None:
    """The first command in a comment; None when there is none.

    Text after a verb is data: there are no flags. The request of `refine` goes on to the next command or
    the end.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    spoken = _spoken(lines)
    commands = [number for number, line in enumerate(lines) if number in spoken and COMMAND.fullmatch(line)]
    if not commands:
        return None
    first, end = commands[0], commands[1] if len(commands) > 1 else len(lines)
    found = COMMAND.fullmatch(lines[first])
    rest = (found["rest"] or "") if found else ""
    return _command(rest, lines[first + 1 : end])


def _command(rest: str, below: list[str]) -> Command:
    word, *more = rest.split(maxsplit=1) or [""]
    match word.lower():
        case plain if plain in PLAIN:
            return PLAIN[plain]
        case "refine":
            request = "\n".join([*more, *below]).strip()
            if request:
                return Refine(request=request)
            return Unknown(word="refine", hint="Say what to change: `/intern refine <what to change>`.")
        case "":
            return Unknown(word="", hint=f"Say what to do. {KNOWN}")
        case _:
            return Unknown(word=word[:40], hint=f"I don't know that word. {KNOWN}")


def _spoken(lines: list[str]) -> set[int]:
    """Numbers of the lines that begin as the writer's own words."""
    spoken: set[int] = set()
    paragraph: list[int] = []
    end = ""  # what ends the block of code or the comment that we are in
    for number, line in enumerate([*lines, ""]):
        if end:
            end = "" if _ends(line, end) else end
            continue
        fence, comment = FENCE.match(line), COMMENT.match(line)
        if fence or comment or not line.strip() or QUOTE.match(line):
            spoken |= _outside_of_spans(lines, paragraph)
            paragraph = []
        elif paragraph or not INDENTED.match(line):
            paragraph.append(number)
        if fence:
            end = fence["fence"]
        elif comment and "-->" not in line:
            end = "-->"
    return spoken


def _ends(line: str, end: str) -> bool:
    """Whether a line ends a comment, or a fence: by the same sign, at least as often, and nothing else."""
    if end == "-->":
        return end in line
    closing = line.strip()
    return len(closing) >= len(end) and not closing.strip(end[0])


def _outside_of_spans(lines: list[str], paragraph: list[int]) -> set[int]:
    """Those lines of a paragraph that don't begin within a code span or comment of an earlier line."""
    text = "\n".join(lines[number] for number in paragraph)
    starts = [0]
    for number in paragraph[:-1]:
        starts.append(starts[-1] + len(lines[number]) + 1)
    hidden: set[int] = set()
    for begin, end in _spans(text):
        hidden.update(range(bisect_right(starts, begin), bisect_left(starts, end)))
    return {number for at, number in enumerate(paragraph) if at not in hidden}


def _spans(text: str) -> list[tuple[int, int]]:
    """Code spans and closed comments of a paragraph, as (begin, end)."""
    runs: dict[int, list[int]] = {}
    for run in TICKS.finditer(text):
        runs.setdefault(len(run[0]), []).append(run.start())
    last_close, spans, at = text.rfind("-->"), list[tuple[int, int]](), 0
    while found := INLINE.search(text, at):
        at, end = found.end(), -1
        if found[0] == "<!--" and last_close >= at:
            end = text.index("-->", at) + 3
        elif found[0][0] == "`":
            same = runs.get(len(found[0]), [])
            following = bisect_left(same, at)
            end = same[following] + len(found[0]) if following < len(same) else -1
        if end > 0:
            spans.append((found.start(), end))
            at = end
    return spans
