"""A compact map of a repository, the likeliest files first, so that a small model needs few tools."""

import re

from bot.programs.sources import is_test, outline_of, source_of
from bot.programs.tools.answer import cut
from sandbox.files import Tree

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}")
COMMON = frozenset(
    WORD.findall(
        "the and for with that this from not are but has have when should would could must can will use "
        "using add added issue code file files test tests python function method class def return returns "
        "import self none true false error value please example expected actual currently instead"
    )
)
MOST_RANKED = 2000
IN_FULL = 3
SHORT = 2500


def overview(files: Tree, wish: str, limit: int) -> str:
    """Paths of the repository, then the files that the wish seems to be about, short ones whole.

    Args:
        files: the snapshot.
        wish: the issue's text.
        limit: characters.
    """
    paths = path_list(files, limit // 3)
    left = limit - len(paths)
    outlines: list[str] = []
    for place, path in enumerate(ranked(files, wish)):
        source = source_of(files, path) or ""
        if not source.strip():
            continue
        whole = place < IN_FULL and len(source) <= SHORT
        text = source.strip() if whole else cut(outline_of(source, numbered=True), SHORT)
        what = "in full" if whole else f"{source.count(chr(10)) + 1} lines, only its definitions"
        told = f"\n\n{path}, {what}:\n{text}"
        if len(told) > left:
            break
        if text:
            outlines.append(told)
            left -= len(told)
    return paths + "".join(outlines)


def path_list(files: Tree, limit: int) -> str:
    """All paths, Python first; folders with only a count when there are too many."""
    paths = sorted(files, key=lambda path: (not path.endswith(".py"), path))
    full = "\n".join(paths)
    if len(full) <= limit:
        return full
    folders: dict[str, int] = {}
    for path in paths:
        folder = path.rsplit("/", 1)[0] + "/" if "/" in path else "./"
        folders[folder] = folders.get(folder, 0) + path.endswith(".py")
    return cut("\n".join(f"{folder} {count} Python files" for folder, count in folders.items() if count), limit)


def ranked(files: Tree, wish: str) -> list[str]:
    """Python files, those that share most words with the wish first; tests last."""
    words = {word.lower() for word in WORD.findall(wish)} - COMMON
    python = [path for path in sorted(files) if path.endswith(".py")][:MOST_RANKED]
    scores = {path: score(path, source_of(files, path) or "", words) for path in python}
    return sorted(python, key=lambda path: (is_test(path), -scores[path], len(path), path))


def score(path: str, source: str, words: set[str]) -> float:
    """How much a file has to do with the words: its path counts most, then its definitions, then its text."""
    own = {word.lower() for word in WORD.findall(path)}
    defined = {name.lower() for name in re.findall(r"^\s*(?:def|class)\s+(\w+)", source, re.MULTILINE)}
    parts = {part for name in defined for part in name.split("_")}
    text = {word.lower() for word in WORD.findall(source[:200_000])}
    return 4 * len(words & own) + 3 * len(words & defined) + len(words & parts) + 0.5 * len(words & text)
