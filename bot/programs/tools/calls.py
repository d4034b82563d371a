"""who_calls: where a name is defined, and which functions use it, by the syntax tree."""

from bot.decisions.map.lookup import symbols_named, uses_of
from bot.programs.tools.answer import cut
from sandbox.files import Tree

MOST_DEFINED, MOST_USED, LONGEST_LINE = 5, 40, 120


def who_calls(files: Tree, name: str) -> str:
    """Definitions, then uses as "path:line in Function: text"."""
    name = name.strip().strip("`").removesuffix("()").rpartition("::")[2][:200]
    if not name.replace(".", "").isidentifier():
        return "Give a name, as feed or Parser.feed."
    defined = symbols_named(files, name)
    used = uses_of(files, name)
    if not defined and not used:
        return f"Nothing defines or uses {name!r}."
    lines = [f"defined {path}:{symbol.start}: {symbol.signature}" for path, symbol in defined[:MOST_DEFINED]]
    lines += [
        f"{use.path}:{use.line}{f' in {use.inside}' if use.inside else ''}: {use.text[:LONGEST_LINE]}"
        for use in used[:MOST_USED]
    ]
    more = [f"... {len(used) - MOST_USED} more uses"] if len(used) > MOST_USED else []
    return cut("\n".join([*lines, *more]))
