"""References: which file of a repository refers to which, by imports and by names that are defined once or twice."""

from collections.abc import Iterable, Mapping, Sequence

from bot.decisions.code.modules import above, import_name
from bot.decisions.map.sketch import Import, Sketch
from sandbox.files import Tree

IMPORTS, NAMES = 1.0, 0.5
#: Names that so many files define tell nothing; names of one file that count.
MOST_DEFINERS, MOST_NAMES = 3, 300
SHORTEST_NAME = 4


def imported(files: Tree, sketches: Mapping[str, Sketch]) -> dict[str, list[str]]:
    """The repository's own files that each file imports, in order.

    Args:
        files: the repository.
        sketches: of the files to look at, by path.
    """
    names = {path: import_name(files, path) for path in sketches}
    homes: dict[str, str] = {}
    for path, name in names.items():
        whole = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        homes.setdefault(whole, path)
        if name:
            homes.setdefault(name, path)
    found: dict[str, list[str]] = {}
    for path, sketch in sketches.items():
        meaning = (home for known in sketch.imports for home in meant(known, names[path], path, homes))
        found[path] = [home for home in dict.fromkeys(meaning) if home != path]
    return found


def meant(known: Import, name: str, path: str, homes: Mapping[str, str]) -> Iterable[str]:
    """The files that an import means: the modules that it names, else the package or module that has the names."""
    module = known.module.lstrip(".")
    origin = above(name, path, len(known.module) - len(module), module)
    modules = [homes[inner] for part in known.names if (inner := f"{origin}.{part}") in homes]
    return [*modules, homes[origin]] if origin in homes else modules


def references(
    paths: Sequence[str], sketches: Mapping[str, Sketch], imports: Mapping[str, Sequence[str]]
) -> list[dict[int, float]]:
    """The graph of files, by their number in `paths`: an import counts most, shared names by how rare they are."""
    number = {path: place for place, path in enumerate(paths)}
    definers: dict[str, list[int]] = {}
    for place, path in enumerate(paths):
        for name in sorted(sketches[path].defined):
            if len(name) >= SHORTEST_NAME and not name.startswith("__"):
                definers.setdefault(name, []).append(place)
    rare = {name: places for name, places in definers.items() if len(places) <= MOST_DEFINERS}
    graph: list[dict[int, float]] = []
    for place, path in enumerate(paths):
        edges = dict.fromkeys((number[other] for other in imports[path]), IMPORTS)
        for name in sorted(sketches[path].words & rare.keys())[:MOST_NAMES]:
            for other in rare[name]:
                if other != place:
                    edges[other] = edges.get(other, 0.0) + NAMES / len(rare[name])
        graph.append(edges)
    return graph
