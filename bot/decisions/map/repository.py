"""RepositoryMap: a repository's Python files at a glance, and where in it the text of an issue leads."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.decisions.map.frames import Frame, located
from bot.decisions.map.hints import hints_of
from bot.decisions.map.likely_files import file_scores, hits, worth_of
from bot.decisions.map.likely_symbols import Clues, symbol_scores
from bot.decisions.map.references import imported, references
from bot.decisions.map.sketch import Sketch, sketch_of
from bot.decisions.map.spread import both_ways, spread
from bot.decisions.map.symbols import Symbol, enclosing, symbols_of
from bot.decisions.proof.protection import is_test_path
from sandbox.files import Tree

#: What is looked at of a repository, and how many of its files are parsed. The first two hold the time, the
#: last ones the memory: a syntax tree is much larger than its source.
MOST_FILES, MOST_BYTES = 5000, 48 * 2**20
MOST_PARSED, MOST_PARSED_BYTES, MOST_TRIED = 24, 600_000, 5

FOREIGN = re.compile(r"(?:^|/)(?:_?vendor(?:ed)?|third_party|extern|node_modules|site-packages|\.?venv|build|dist)/")
TEST, FOREIGN_OR_MADE = 0.3, 0.1
BACK = 0.4


@dataclass(frozen=True, slots=True)
class Place:
    """A definition that a text leads to.

    Attributes:
        path: its file.
        symbol: the definition.
        score: how likely, from 1 for the likeliest down to 0.
        line: the line that a traceback names in it; 0 for none.
    """

    path: str
    symbol: Symbol
    score: float
    line: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """Where a text leads, the likeliest first.

    Attributes:
        files: paths of Python files with their scores, which add up to less than 1.
        places: definitions in the first of these files.
        raised: where the last traceback that leads into the repository ends; None without one.
    """

    files: tuple[tuple[str, float], ...]
    places: tuple[Place, ...]
    raised: Place | None


class RepositoryMap:
    """Sketches of a repository's Python files, and how they refer to each other.

    Args:
        files: the repository.
    """

    def __init__(self, files: Tree) -> None:
        self.files = files
        self.sketches = dict(sketches_of(files))
        self.paths: Sequence[str] = tuple(self.sketches)

    @cached_property
    def imports(self) -> dict[str, list[str]]:
        """The repository's own files that each file imports."""
        return imported(self.files, self.sketches)

    @cached_property
    def importers(self) -> dict[str, list[str]]:
        """The files, tests among them, that import each file."""
        users: dict[str, list[str]] = {path: [] for path in self.paths}
        for path, others in self.imports.items():
            for other in others:
                users[other].append(path)
        return users

    @cached_property
    def _graph(self) -> list[dict[int, float]]:
        return both_ways(references(self.paths, self.sketches, self.imports), BACK)

    def find(self, text: str) -> Findings:
        """Where a text leads. The same text and files give the same findings."""
        hints = hints_of(text)
        frames = [(path, frame) for path, frame in located(hints.frames, self.files) if path in self.sketches]
        found = hits(self.sketches, hints)
        worth = worth_of(found, hints)
        own = file_scores(self.files, found, worth, hints, frames)
        flowed = spread(self._graph, [own[path] * self._standing(path) for path in self.paths])
        scores = {path: score * self._standing(path) for path, score in zip(self.paths, flowed, strict=True)}
        ranked = sorted(self.paths, key=lambda path: (-scores[path], path))
        files = tuple((path, scores[path]) for path in ranked if scores[path] > 0)
        return Findings(files, self._places(files, Clues(worth, hints, frames)), self._raised(frames))

    def _standing(self, path: str) -> float:
        """How much a file can be what an issue is about: tests hardly, and what others wrote still less."""
        standing = TEST if is_test_path(path) else 1.0
        return standing * (FOREIGN_OR_MADE if self.sketches[path].generated or FOREIGN.search(path) else 1.0)

    def _places(self, ranked: Sequence[tuple[str, float]], clues: Clues) -> tuple[Place, ...]:
        likely: dict[str, float] = {}
        size = 0
        for path, score in ranked[:MOST_PARSED]:
            if likely and is_test_path(path):
                continue  # a plan changes no tests; they have said what they know by what they import
            size += len(self.files[path].data)
            if likely and size > MOST_PARSED_BYTES:
                break
            likely[path] = score
        known = {path: symbols_of(self.files[path]) for path in likely}
        told = symbol_scores(self.files, known, likely, clues)
        best = max(told.values(), default=0.0) or 1.0
        lines = self._framed([(path, frame) for path, frame in clues.frames if path in known])
        places = (
            Place(path, symbol, told[path, number] / best, lines.get((path, symbol.start), 0))
            for path, symbols in known.items()
            for number, symbol in enumerate(symbols)
        )
        return tuple(sorted(places, key=lambda place: (-place.score, place.path, place.symbol.start)))

    def _raised(self, frames: Sequence[tuple[str, Frame]]) -> Place | None:
        own = [(path, frame) for path, frame in frames if self._standing(path) == 1.0]
        for path, frame in list(reversed(own or frames))[:MOST_TRIED]:
            symbol = framed(symbols_of(self.files[path]), frame)
            if symbol:
                return Place(path, symbol, 1.0, line_in(symbol, frame))
        return None

    def _framed(self, frames: Iterable[tuple[str, Frame]]) -> dict[tuple[str, int], int]:
        """By path and first line of definitions that a traceback names: the line that it names in them."""
        found = ((path, framed(symbols_of(self.files[path]), frame), frame) for path, frame in frames)
        return {(path, symbol.start): line_in(symbol, frame) for path, symbol, frame in found if symbol}


def sketches_of(files: Tree) -> Iterable[tuple[str, Sketch]]:
    """Sketches by path, as many as may be: own code before tests, and both before what others wrote."""
    python = [path for path in files if path.endswith(".py")]
    python.sort(key=lambda path: (bool(FOREIGN.search(path)), is_test_path(path), path))
    size = 0
    for path in python[:MOST_FILES]:
        size += len(files[path].data)
        if size > MOST_BYTES:
            return
        sketch = sketch_of(files[path])
        if sketch:
            yield path, sketch


def framed(symbols: Sequence[Symbol], frame: Frame) -> Symbol | None:
    """The definition that a frame names, nearest to its line where several have the name; else the one around it.

    The reporter's version may be another one, so the name counts more than the line.
    """
    named = [symbol for symbol in symbols if symbol.short == frame.function and symbol.kind != "constant"]
    if named:
        return min(named, key=lambda symbol: (max(symbol.start - frame.line, frame.line - symbol.end, 0), symbol.start))
    return enclosing(symbols, frame.line)


def line_in(symbol: Symbol, frame: Frame) -> int:
    """The frame's line where it stands in the definition, else 0."""
    return frame.line if symbol.start <= frame.line <= symbol.end else 0
