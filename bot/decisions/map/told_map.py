"""The map in words: a repository's paths, and the likeliest files by the signatures of their definitions."""

from collections.abc import Iterable, Sequence

from bot.decisions.map.repository import Findings, Place, RepositoryMap
from bot.decisions.map.symbols import Symbol, symbols_of
from bot.decisions.proof.protection import is_test_path

#: Shares: of the paths in the whole, of one file's definitions in what is left.
PATHS, ONE_FILE = 0.3, 0.4
#: Files further down than that, or so much less likely than the first, are told by their path alone.
MOST_FILES, LEAST = 12, 0.05
LONGEST_LINE, LONGEST_PATH = 120, 200
MOST_USERS = 3


def told_map(known: RepositoryMap, findings: Findings, limit: int) -> str:
    """Paths by folder, then signatures with their line numbers, the likeliest file first; whole lines only.

    Args:
        known: the repository.
        findings: where the issue leads.
        limit: characters.
    """
    paths = told_paths(known.files, int(limit * PATHS))
    left = limit - len(paths)
    told = [paths]
    for place, (path, score) in enumerate(findings.files[:MOST_FILES]):
        if score < LEAST * findings.files[0][1]:
            break
        if place and is_test_path(path):
            continue  # the line of who imports a file names its tests
        block = told_file(known, path, [place for place in findings.places if place.path == path], int(left * ONE_FILE))
        if not block or len(block) + 2 > left:
            break
        told.append(block)
        left -= len(block) + 2
    return "\n\n".join(told)


def told_file(known: RepositoryMap, path: str, places: Sequence[Place], limit: int) -> str:
    """One file: how long it is, who imports it, and as many of its likeliest definitions as fit, in order."""
    users = known.importers[path]
    by = f", imported by {', '.join(map(shown, users[:MOST_USERS]))}" if users else ""
    more = f" and {len(users) - MOST_USERS} more" if len(users) > MOST_USERS else ""
    head = f"{shown(path)}, {known.sketches[path].lines} lines{by}{more}:"
    symbols = [place.symbol for place in places] or list(symbols_of(known.files[path]))
    if not symbols:
        return ""
    owners = {symbol.name: symbol for symbol in symbols if symbol.kind == "class"}
    left = limit - len(head) - 30
    chosen: dict[Symbol, None] = {}
    for symbol in symbols:
        added = [part for part in with_owners(symbol, owners) if part not in chosen]
        left -= sum(len(line_of(part)) + 1 for part in added)
        if left < 0:
            break
        chosen |= dict.fromkeys(added)
    missing = len(symbols) - len(chosen)
    rest = [f"... {missing} more definitions"] if missing else []
    lines = [line_of(symbol) for symbol in sorted(chosen, key=lambda symbol: (symbol.start, symbol.name))]
    return "\n".join([head, *lines, *rest]) if chosen else ""


def with_owners(symbol: Symbol, owners: dict[str, Symbol]) -> list[Symbol]:
    """A definition and the classes around it, outermost first."""
    parts = symbol.name.split(".")
    around = (owners.get(".".join(parts[:depth])) for depth in range(1, len(parts)))
    return [*(owner for owner in around if owner), symbol]


def line_of(symbol: Symbol) -> str:
    """Line number and signature, indented by nesting; of a constant the name."""
    text = symbol.short if symbol.kind == "constant" else symbol.signature
    line = f"{symbol.start}: {'    ' * symbol.name.count('.')}{text}"
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def told_paths(paths: Iterable[str], limit: int) -> str:
    """All paths by folder, hidden ones left out; where that is too much, the fullest folders with a count."""
    folders: dict[str, list[str]] = {}
    for path in sorted(path for path in paths if not path.startswith(".")):
        folder, _, name = path.rpartition("/")
        folders.setdefault(f"{folder}/" if folder else "./", []).append(name)
    full = "\n".join(f"{shown(folder)} {' '.join(map(shown, names))}" for folder, names in folders.items())
    if len(full) <= limit:
        return full
    counts = {folder: sum(name.endswith(".py") for name in names) for folder, names in folders.items()}
    ordered = sorted((folder for folder in counts if counts[folder]), key=lambda folder: (-counts[folder], folder))
    lines, left = [], limit - 40
    for folder in ordered:
        line = f"{shown(folder)} {counts[folder]} Python files"
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    missing = len(folders) - len(lines)
    return "\n".join([*sorted(lines), *([f"... {missing} more folders"] if missing else [])])


def shown(path: str) -> str:
    """A path on one line, whatever its name has in it."""
    return path if path.isprintable() and len(path) <= LONGEST_PATH else ascii(path[:LONGEST_PATH])[1:-1]
