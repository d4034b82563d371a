"""Likely files: how much each file has to do with what an issue says, before references are looked at."""

import math
from collections.abc import Iterable, Mapping, Sequence

from bot.decisions.map.frames import Frame
from bot.decisions.map.hints import Hints
from bot.decisions.map.sketch import Sketch, parts_of
from sandbox.files import Tree

#: Where a word is found, and how much that counts.
IN_STEM, IN_FOLDER, DEFINED, IN_DEFINED, IN_TEXT = 3.0, 0.7, 3.0, 1.0, 0.5
#: What points at a file by itself, in shares of the best score by words.
PATH, MODULE, FRAME, INNERMOST, QUOTE = 1.0, 0.8, 0.4, 2.0, 0.8
#: Files that a path may mean, or that hold a quoted message: more of them tell nothing.
MOST_MEANT = 5
SMALLEST = 1e-9


#: What is found of the words, by path: each with how much its place counts.
Hits = Mapping[str, Mapping[str, float]]


def file_scores(
    files: Tree, found: Hits, worth: Mapping[str, float], hints: Hints, frames: Sequence[tuple[str, Frame]]
) -> dict[str, float]:
    """A score by path, not negative.

    Args:
        files: the repository.
        found: the hits of its Python files.
        worth: of the words.
        hints: of the issue.
        frames: of its tracebacks, those that stand in one of these files; the error's last.
    """
    scores = {
        path: math.fsum(worth[word] * where for word, where in words.items()) + SMALLEST
        for path, words in found.items()
    }
    best = max(scores.values(), default=0.0)
    for path, share in (
        *((path, PATH) for asked in hints.paths for path in alike(asked, found)),
        *((path, MODULE) for path in by_module(found, hints)),
        *((path, FRAME) for path, _ in frames),
        *((path, INNERMOST) for path, _ in frames[-1:]),
        *by_quote(files, found, hints),
    ):
        scores[path] += share * best
    return scores


def hits(sketches: Mapping[str, Sketch], hints: Hints) -> dict[str, dict[str, float]]:
    """Words of the hints that a file has in its path, its definitions or its text."""
    forms = forms_of(hints.words)
    every: dict[str, dict[str, float]] = {}
    for path, sketch in sketches.items():
        found = {forms[form]: IN_TEXT for form in sketch.words & forms.keys()}
        found |= dict.fromkeys(sketch.parts & hints.words.keys(), IN_DEFINED)
        found |= {forms[form]: DEFINED for form in sketch.defined & forms.keys()}
        *folders, name = path.removesuffix(".py").split("/")
        for place, where in ((name, IN_STEM), *((folder, IN_FOLDER) for folder in folders)):
            for word in {place.lower(), *parts_of(place)} & hints.words.keys():
                found[word] = found.get(word, 0.0) + where
        every[path] = found
    return every


def worth_of(found: Hits, hints: Hints) -> dict[str, float]:
    """What each word is worth: its weight in the issue, more for one that few files have."""
    counts: dict[str, int] = {}
    for words in found.values():
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    return {word: hints.words[word] * math.log(1 + len(found) / count) for word, count in counts.items()}


def forms_of(words: Iterable[str]) -> dict[str, str]:
    """The ways in which a word may be written in code, each with the word."""
    return {form: word for word in words for form in (word, word.capitalize(), word.upper(), word.removesuffix("s"))}


def alike(asked: str, paths: Iterable[str]) -> list[str]:
    """The files that a written path may mean: they end with it, or it ends with them."""
    asked = f"/{asked.lstrip('/')}"
    found = [path for path in paths if f"/{path}".endswith(asked) or asked.endswith(f"/{path}")]
    return found if len(found) <= MOST_MEANT else []


def by_module(paths: Iterable[str], hints: Hints) -> list[str]:
    """The files of modules that are written as dotted names ("pkg.mod", "pkg.mod.func")."""
    dotted = {name for name in hints.names if "." in name}
    dotted |= {name.rpartition(".")[0] for name in dotted if name.count(".") > 1}
    wanted = {f"/{name.replace('.', '/')}.py" for name in dotted}
    return [path for path in paths if any(f"/{path}".endswith(end) for end in wanted)] if wanted else []


def by_quote(files: Tree, paths: Iterable[str], hints: Hints) -> list[tuple[str, float]]:
    """The files in which a quoted message stands, with a share of QUOTE by how few they are."""
    found: list[tuple[str, float]] = []
    known = list(paths)
    for quote in hints.quotes:
        piece = quote.encode(errors="replace")
        homes = [path for path in known if piece in files[path].data]
        if len(homes) <= MOST_MEANT:
            found += [(path, QUOTE / len(homes)) for path in homes]
    return found
