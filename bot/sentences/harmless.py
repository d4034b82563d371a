"""Text from outside, made safe to stand in our Markdown.

Nothing is parsed: whatever could mean something to GitHub or to another bot is broken by an invisible
U+200B (zero width space), in and out of code spans alike. So no trick of nesting or of an unclosed backtick
can bring a meaning back. The rules of GitHub's Markdown: https://github.github.com/gfm/ and of its
references: https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

import re
import unicodedata

#: The invisible character that breaks a meaning. It is no white space to Markdown, and letters stay letters.
BREAK = "\u200b"

#: What is shown where text was cut.
CUT = " […]"

#: Letters and marks that show nothing, beside Unicode's own control and format characters.
_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^()\s]{0,500}\)")

#: Mentions, numbers and GH-numbers: broken in code blocks, too, because other bots read the raw text.
_CALLS = re.compile(r"@|#(?=[0-9])|(?<=[Gg][Hh])-(?=[0-9])")

#: Tags and autolinks, entities, schemes of URLs, "www.", images, link targets, alerts, footnotes; and fences
#: of tildes inside of a list or a quote (those of backticks are no whole code span).
_MARKS = re.compile(
    r"<(?=[A-Za-z/!?])|&(?=[#A-Za-z])|:(?=[\\/])|(?<=[Ww]{3})(?=[.\\])|!(?=\[)|\](?=[(\[:])|\[(?=[!^])|~~(?=~)"
)
_TASK = re.compile(r"^([ \t>]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\[)(?=[ xX]\])")
_CONTAINERS = re.compile(r"(?:[ \t>]|[-*+](?=[ \t])|[0-9]{1,9}[.)](?=[ \t]))*")
_UNDERLINE = re.compile(r"(?:=+|-+|[-_*](?:[ \t]*[-_*]){2,})[ \t]*")
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_FENCE = re.compile(r"(`{3,20})[^`]*|(~{3,20}).*")
_TICKS = re.compile(r"`+")


def harmless(text: str, limit: int = 2000) -> str:
    """Outside text that can't mention, refer, link, show an image, command a bot or swallow what follows.

    Mentions, references (so closing keywords, too), URLs, HTML, headings and lines that start with a slash
    lose their meaning and keep their look; links keep their text and images their description; fences are
    closed.

    Args:
        text: anything.
        limit: characters that are kept. The breaking characters come on top, at most one for each.
    """
    return "\n".join(_lines(_cut(_visible(text, limit), limit)))


def one_line(text: str, limit: int = 300) -> str:
    """Likewise, in one line: for a sentence, a list or a table."""
    return _plain(_LINK.sub(r"\1", _cut(" ".join(_visible(text, limit).split()), limit)))


def quoted(text: str, limit: int = 2000) -> str:
    """Likewise, as a blockquote, so that a reader sees that the words are not ours."""
    lines = harmless(text, limit).strip().split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines) if any(lines) else "> (nothing)"


def inline_code(text: str, limit: int = 200) -> str:
    """Code in a sentence; the delimiter is longer than any run of backticks in it.

    https://github.github.com/gfm/#code-spans
    """
    code = _broken(_cut(" ".join(_visible(text, limit).split()), limit))
    if not code:
        return "(empty)"
    fence = "`" * (_longest(code, "`") + 1)
    pad = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def code_block(text: str, language: str = "", limit: int = 6000) -> str:
    """A fenced block; the fence is longer than any in it, and control characters are shown as escapes.

    https://github.github.com/gfm/#fenced-code-blocks

    Args:
        text: anything.
        language: for colours; dropped unless it is a plain word.
        limit: characters that are kept, from the beginning; an escape counts with all of its signs.
    """
    shown = _cut("".join(map(_escaped, _LINE_ENDS.sub("\n", text[: limit + 1]))), limit).strip("\n")
    lines = [unled(_hushed(line)) for line in re.sub("`{21,}", "`" * 20 + "…", shown).split("\n")]
    fence = "`" * max(3, *(_longest(line, "`") + 1 for line in lines))
    word = language if re.fullmatch(r"[A-Za-z0-9+-]{1,20}", language) else ""
    return "\n".join([f"{fence}{word}", *lines, fence])


def _visible(text: str, limit: int) -> str:
    """Without what a reader can't see. Far beyond the limit nothing is looked at."""
    text = _LINE_ENDS.sub("\n", text[: 4 * limit + 1000])
    return "".join(character for character in text if _shown(character)).strip("\n")


def _shown(character: str) -> bool:
    if character in "\n\t":
        return True
    if character in _HIDDEN or "\ufe00" <= character <= "\ufe0f" or "\U000e0000" <= character <= "\U000e0fff":
        return False
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _escaped(character: str) -> str:
    """A backslash escape for what would not be seen as it is."""
    if _shown(character):
        return character
    return character.encode("unicode_escape").decode("ascii")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - len(CUT))].rstrip() + CUT


def _lines(text: str) -> list[str]:
    """The text's lines without meaning. Fences are kept at the margin, without their word, and closed."""
    lines: list[str] = []
    fence = ""
    for line in _LINK.sub(r"\1", text).split("\n"):
        mark = line.strip()
        if fence and len(mark) >= len(fence) and not mark.strip(fence[0]):
            lines.append(fence)
            fence = ""
        elif fence:
            lines.append(unled(_broken(line)))
        elif opening := _FENCE.fullmatch(mark):
            fence = opening[1] or opening[2]
            lines.append(fence)
        else:
            lines.append(_plain(line))
    return [*lines, fence] if fence else lines


def _plain(line: str) -> str:
    """One line outside of a fence: no heading, no rule, no task box, and only whole code spans."""
    line = _TASK.sub(r"\1" + BREAK, _broken(_whole_spans(line.rstrip())))
    found = _CONTAINERS.match(line)
    start = found.end() if found else 0
    if _HEADING.match(line, start) or _UNDERLINE.fullmatch(line, start):
        return line[:start] + BREAK + line[start:]
    return unled(line)


def _whole_spans(line: str) -> str:
    """Backticks stay where they pair up in this line; else they become apostrophes."""
    runs = _TICKS.findall(line)
    whole = len(runs) % 2 == 0 and len(set(runs)) <= 1 and "\\`" not in line
    return line if whole else _TICKS.sub("'", line)


def _broken(line: str) -> str:
    return _MARKS.sub(lambda found: found[0] + BREAK, _hushed(line))


def _hushed(text: str) -> str:
    return _CALLS.sub(lambda found: found[0] + BREAK, text)


def unled(line: str) -> str:
    """One line, not led by what other bots, or the log of an Action, read as a command."""
    start = len(line) - len(line.lstrip(" \t>"))
    return line[:start] + BREAK + line[start:] if line.startswith(("/", "::", "##["), start) else line


def _longest(text: str, character: str) -> int:
    return max((len(run) for run in re.findall(f"{re.escape(character)}+", text)), default=0)
