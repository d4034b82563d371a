"""analyze_code: what is in a Python file, without running it."""

from bot.decisions.code.measures import complexities, duplicates
from bot.decisions.code.source import imports_of
from bot.decisions.map.symbols import LARGEST_PARSED, Symbol, symbols_of
from bot.programs.sources import source_of
from bot.programs.tools.answer import cut
from bot.programs.tools.files import resolved, suggestion
from sandbox.files import Tree

#: Complexity from which on it is worth a word: below, a function is read at a glance.
COMPLEX = 5
LONGEST_DUPLICATES = 600


def analyze_code(files: Tree, path: str) -> str:
    """Signatures with line numbers, what is complex, imports, and names that are defined twice."""
    path = resolved(files, path)
    if path not in files:
        return f"There is no file {path[:200]!r}." + suggestion(files, path)
    source = source_of(files, path)
    if source is None or not path.endswith(".py"):
        return f"{path} is no readable Python file; use read_file."
    parsed = source if len(source) <= LARGEST_PARSED else ""
    known = complexities(parsed)
    facts = f"{path}, {source.removesuffix(chr(10)).count(chr(10)) + 1} lines, complexity {max([1, *known.values()])}"
    lines = [f"{facts}, imports {', '.join(imports_of(parsed)) or 'nothing'}"]
    twice = [f"{name} (lines {', '.join(map(str, at))})" for name, at in duplicates(parsed).items()]
    lines += [cut(f"Defined again: {'; '.join(twice)}", LONGEST_DUPLICATES)] if twice else []
    lines += [told(symbol, known.get((symbol.name, symbol.start), 1)) for symbol in symbols_of(files[path])]
    return cut("\n".join(lines))


def told(symbol: Symbol, complexity: int) -> str:
    """One line: number, signature indented by nesting, complexity where it is high."""
    text = symbol.short if symbol.kind == "constant" else symbol.signature
    warning = f", complexity {complexity}" if complexity >= COMPLEX else ""
    return f"{symbol.start}: {'    ' * symbol.name.count('.')}{text}{warning}"
