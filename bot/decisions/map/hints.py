"""Hints: what the text of an issue says about where in a repository it leads."""

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.decisions.map.frames import Frame, frames_in
from bot.decisions.map.sketch import WORD, parts_of

#: Characters of a text that are looked at, and what is kept of it.
LONGEST, MOST_WORDS, MOST_PATHS, MOST_QUOTES = 60_000, 300, 40, 12

#: Words that tell nothing, however they are written.
NEVER = frozenset(map(str.lower, keyword.kwlist)) | frozenset(
    WORD.findall("self cls args kwargs str int float bool dict list tuple object print usr lib home site packages")
)
#: Words that tell nothing where they are prose; as a name in code they may.
COMMON = frozenset(
    WORD.findall(
        "the and for with that this from not are but has have was were been when then than there where which what "
        "should would could must can may will use used uses using add added adds issue bug code file files test tests "
        "python function functions method returns error errors raises raised exception value values please example "
        "expected actual currently instead line lines traceback most recent call last first new old made make like "
        "just also only after before into does did run running get got gets set need needs want wants work works "
        "working fail fails failed wrong correct version name names see seems because however still always never "
        "every each any all its our you your one two here case type set same other them they fine such while about"
    )
)

DOTTED = re.compile(r"[A-Za-z_]\w{0,99}(?:\.[A-Za-z_]\w{0,99})+")
EXTENSION = re.compile(r"\.(?:pyi?|toml|cfg|ini|md|rst|txt|json|ya?ml)\Z")
RAISED = re.compile(r"(?:Error|Exception|Warning|Exit|Interrupt): ([^\n]{4,300})")
QUOTED = re.compile(r"\"([^\"\n]{4,200})\"|(?<!\w)'([^'\n]{4,200})'|`([^`\n]{4,200})`")
#: What a message is filled in with (quoted pieces, numbers, paths) parts it into what can stand in the code.
FILLED = re.compile(r"'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|[<({\[][^<>(){}\[\]\n]{0,200}[>)}\]]|\S*\d\S*|: ")
SHORTEST_QUOTE = 8

MARKED, WRITTEN, PART = 3.0, 1.0, 0.5


@dataclass(frozen=True, slots=True)
class Hints:
    """What a text points at.

    Attributes:
        words: each word in lower case with its weight: identifiers count more than prose, their parts less.
        names: identifiers and dotted names as written.
        paths: what looks like a path of a file.
        frames: of tracebacks, the error's last.
        quotes: pieces of messages that may stand in the code.
    """

    words: Mapping[str, float]
    names: frozenset[str]
    paths: tuple[str, ...]
    frames: tuple[Frame, ...]
    quotes: tuple[str, ...]


def hints_of(text: str) -> Hints:
    """The hints of a text; its first line, the title, counts twice. Time is proportional to its length."""
    text = text[:LONGEST]
    words: dict[str, float] = {}
    names: dict[str, None] = dict.fromkeys(DOTTED.findall(text))
    title = text.find("\n") if "\n" in text else len(text)
    for word, start, weight in weighed(text):
        names.setdefault(word)
        weight *= 2 if start < title else 1
        for known, part in ((word.lower(), weight), *((part, weight * PART) for part in parts_of(word))):
            if known not in NEVER and (known not in COMMON or (part >= MARKED and known == word.lower())):
                words[known] = max(words.get(known, 0.0), part)
    heaviest = sorted(words, key=lambda word: (-words[word], word))[:MOST_WORDS]
    return Hints(
        words={word: words[word] for word in heaviest},
        names=frozenset(list(names)[: 2 * MOST_WORDS]),
        paths=tuple(dict.fromkeys(paths_in(text)))[:MOST_PATHS],
        frames=tuple(frames_in(text)),
        quotes=tuple(dict.fromkeys(quotes_in(text)))[:MOST_QUOTES],
    )


def weighed(text: str) -> Iterator[tuple[str, int, float]]:
    """Each word with its place and its weight: what is written as code is written counts more."""
    for match in WORD.finditer(text):
        word, start, end = match[0], match.start(), match.end()
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        name = "_" in word.strip("_") or not (word.islower() or word.istitle() or word.isupper())
        dotted = (before[-1:] == "." and before[:1].isidentifier()) or (after[:1] == "." and after[1:].isidentifier())
        yield word, start, MARKED if name or dotted or "`" in (before[-1:], after[:1]) or after[:1] == "(" else WRITTEN


def paths_in(text: str) -> Iterator[str]:
    """Words that are written like a path."""
    for word in text.split():
        path = word.strip("`'\"()[]{}<>,;:!?*").replace("\\", "/").partition(":")[0].removeprefix("./").rstrip(".")
        if 3 < len(path) < 300 and "//" not in path and EXTENSION.search(path):
            yield path


def quotes_in(text: str) -> Iterator[str]:
    """Pieces of two words and more out of error messages, then out of what stands in quotation marks."""
    messages = [match[1] for match in RAISED.finditer(text)]
    messages += [next(filter(None, groups)) for groups in QUOTED.findall(text)[:100]]
    for message in messages:
        for piece in (message, *FILLED.split(message)):
            piece = piece.strip(" .,:;`'\"")
            if len(piece) >= SHORTEST_QUOTE and " " in piece:
                yield piece
