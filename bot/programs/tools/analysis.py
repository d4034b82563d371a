"""analyze_code: what is in a Python file, without running it."""

from bot.decisions.source import complexity_of, imports_of
from bot.programs.sources import outline_of, source_of
from bot.programs.tools.answer import cut
from bot.programs.tools.files import resolved, suggestion
from sandbox.files import Tree


def analyze_code(files: Tree, path: str) -> str:
    """Outline, imports and complexity of a Python file."""
    path = resolved(files, path)
    if path not in files:
        return f"There is no file {path[:200]!r}." + suggestion(files, path)
    source = source_of(files, path)
    if source is None or not path.endswith(".py"):
        return f"{path} is no readable Python file; use read_file."
    facts = f"{path}, {source.count(chr(10)) + 1} lines, complexity {complexity_of(source)}"
    imports = ", ".join(imports_of(source)) or "nothing"
    return cut(f"{facts}, imports {imports}\n{outline_of(source, numbered=True)}")
