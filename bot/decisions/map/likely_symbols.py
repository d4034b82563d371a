"""Likely symbols: which definitions of the likeliest files an issue is about."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.decisions.map.frames import Frame
from bot.decisions.map.hints import Hints
from bot.decisions.map.sketch import WORD, parts_of, text_of
from bot.decisions.map.spread import both_ways, spread
from bot.decisions.map.symbols import Symbol, enclosing
from sandbox.files import Tree

NAMED, IN_NAME, IN_BODY = 3.0, 1.0, 0.6
#: What points at a definition by itself, in shares of the best score by words.
FRAME, INNERMOST, QUOTE, OWNED = 0.6, 2.0, 0.8, 0.5
CONSTANT = 0.3
#: Share of its score that a definition keeps in a file that is not likely at all.
BY_ITSELF = 0.5
MOST_DEFINERS = 4
BACK = 0.5

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of the issue.

    Attributes:
        worth: of its words.
        hints: all of its hints.
        frames: of its tracebacks in the repository's files; the error's last.
    """

    worth: Mapping[str, float]
    hints: Hints
    frames: Sequence[tuple[str, Frame]]


def symbol_scores(
    files: Tree, known: Mapping[str, Sequence[Symbol]], likely: Mapping[str, float], clues: Clues
) -> dict[Key, float]:
    """A score for each definition, by path and number in its file; not negative.

    Args:
        files: the repository.
        known: the definitions by path, the likeliest file first.
        likely: how likely each file is.
        clues: to the issue.
    """
    keys = [(path, number) for path, symbols in known.items() for number in range(len(symbols))]
    scores = dict.fromkeys(keys, 0.0)
    texts = {path: text_of(files[path].data) or "" for path in known}
    best_file = max((likely[path] for path in known), default=0.0) or 1.0
    for path, symbols in known.items():
        lines = texts[path].split("\n")
        for number, symbol in enumerate(symbols):
            scores[path, number] = by_words(symbol, lines, clues) * (
                BY_ITSELF + (1 - BY_ITSELF) * likely[path] / best_file
            )
    best = max(scores.values(), default=0.0) or 1.0
    for key, share in (*by_frames(known, clues.frames), *by_quotes(known, texts, clues.hints)):
        scores[key] += share * best
    flowed = spread(both_ways(uses(keys, known), BACK), [scores[key] for key in keys])
    return dict(zip(keys, flowed, strict=True))


def by_words(symbol: Symbol, lines: Sequence[str], clues: Clues) -> float:
    """Words of the issue in a definition's name, then in its text; that of a long one counts less."""
    weights = clues.worth
    named = NAMED * weights.get(symbol.short.lower(), 0.0)
    if "." in symbol.name and symbol.name in clues.hints.names:
        named *= 2
    score = named + IN_NAME * math.fsum(weights.get(part, 0.0) for part in set(parts_of(symbol.short)))
    if "." in symbol.name:
        score += OWNED * math.fsum(weights.get(part, 0.0) for part in set(parts_of(symbol.name.partition(".")[0])))
    if symbol.kind == "constant":
        return score * CONSTANT
    if symbol.kind == "class":
        return score
    words = {word.lower() for line in lines[symbol.start - 1 : symbol.end] for word in WORD.findall(line)}
    found = math.fsum(sorted(weights[word] for word in words & weights.keys()))
    return score + IN_BODY * found / (1 + math.log1p(len(words)))


def by_frames(known: Mapping[str, Sequence[Symbol]], frames: Sequence[tuple[str, Frame]]) -> list[tuple[Key, float]]:
    """The functions of a traceback; the innermost counts most."""
    found: list[tuple[Key, float]] = []
    for place, (path, frame) in enumerate(frames, 1):
        symbols = known.get(path, ())
        share = INNERMOST if place == len(frames) else FRAME
        around = enclosing(symbols, frame.line)
        found += [
            ((path, number), share)
            for number, symbol in enumerate(symbols)
            if (symbol.short == frame.function if frame.function else symbol is around)
        ]
    return found


def by_quotes(known: Mapping[str, Sequence[Symbol]], texts: Mapping[str, str], hints: Hints) -> list[tuple[Key, float]]:
    """The definitions in which a quoted message stands."""
    found: list[tuple[Key, float]] = []
    for quote in hints.quotes:
        for path, text in texts.items():
            place = text.find(quote)
            around = enclosing(known[path], text.count("\n", 0, place) + 1) if place >= 0 else None
            found += [((path, number), QUOTE) for number, symbol in enumerate(known[path]) if symbol is around]
    return found


def uses(keys: Sequence[Key], known: Mapping[str, Sequence[Symbol]]) -> list[dict[int, float]]:
    """The graph of definitions, by their number in `keys`: a name that several define means each of them less."""
    homes: dict[str, list[int]] = {}
    for place, (path, number) in enumerate(keys):
        homes.setdefault(known[path][number].short, []).append(place)
    graph: list[dict[int, float]] = []
    for place, (path, number) in enumerate(keys):
        edges: dict[int, float] = {}
        for name in sorted(known[path][number].uses & homes.keys()):
            meant = [home for home in homes[name] if home != place]
            near = [home for home in meant if keys[home][0] == path] or meant
            if 0 < len(near) <= MOST_DEFINERS:
                edges |= dict.fromkeys(near, 1 / len(near))
        graph.append(edges)
    return graph
