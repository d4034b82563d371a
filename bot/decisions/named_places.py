"""Named places: whether a plan names the files and definitions that the right change touched. Pure."""

import ast
from collections.abc import Mapping

from bot.decisions.code.definitions import UNPARSABLE, Function, named
from bot.decisions.code.parsing import syntax_tree
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan

#: Definitions of each changed Python file that the change adds, alters or takes away, by the file's path. A new file
#: has none: whoever names it names all of it.
Places = Mapping[str, frozenset[str]]

#: How many places a sentence names, and what it is worth to name the file of a definition and nothing in it.
NAMED, WHOLE_FILE = 6, 0.5


def changed_places(change: Patch) -> Places:
    """Where a change is, tests and what is no Python left out."""
    return {one.path: _definitions(one) for one in change.changes if one.path.endswith(".py") and not one.test}


def share_named(plan: Plan, places: Places) -> float:
    """How well a plan names them, 0.0 to 1.0.

    The files count by the harmonic mean of how many of them it names, and how many of those it names are among them.
    Half of that depends on the definitions: a plan that leaves them open has the whole file written.
    """
    specs = _specs(plan)
    hits = len(specs.keys() & places.keys())
    files = 2 * hits / (len(specs) + len(places)) if hits else 0.0
    wanted = [(path, name) for path, names in places.items() for name in names]
    found = sum(_worth(specs[path], name) for path, name in wanted if path in specs)
    return files * (0.5 + 0.5 * (found / len(wanted) if wanted else 1.0))


def told_places(plan: Plan, places: Places) -> str:
    """What the plan missed and what it named too much, in sentences for whoever writes better instructions."""
    specs = _specs(plan)
    missed = [f"{path}{_of(names)}" for path, names in places.items() if path not in specs]
    inside = [
        f"{name} in {path}"
        for path, names in places.items()
        for name in sorted(names)
        if path in specs and _worth(specs[path], name) < 1
    ]
    more = [path for path in specs if path not in places]
    parts = (
        ("The right change also changes {}, which the plan left out.", missed),
        ("Of the files that it names, the plan does not name what the right change changes: {}.", inside),
        ("The plan names {}, which the right change leaves as it is.", more),
    )
    return " ".join(text.format(", ".join(found[:NAMED])) for text, found in parts if found)


def _specs(plan: Plan) -> Mapping[str, ModuleSpec]:
    """The Python files of a plan: what else it names is not compared."""
    return {spec.path: spec for spec in plan.modules if spec.path.endswith(".py")}


def _worth(spec: ModuleSpec, name: str) -> float:
    if not spec.definitions:
        return WHOLE_FILE
    return float(
        any(one == name or name.startswith(f"{one}.") or one.startswith(f"{name}.") for one in spec.definitions)
    )


def _of(names: frozenset[str]) -> str:
    return f" ({', '.join(sorted(names)[:NAMED])})" if names else ""


def _definitions(change: FileChange) -> frozenset[str]:
    if change.before is None or change.after is None:
        return frozenset()
    before, after = _texts(change.before), _texts(change.after)
    return frozenset(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _texts(source: str) -> dict[str, str]:
    """What each definition says; of a class only what is in none of its methods and inner classes."""
    try:
        found = list(named(syntax_tree(source.removeprefix("\ufeff")).body))
        return {name: _own(node) for name, node in found}
    except UNPARSABLE:
        return {}


def _own(node: ast.stmt) -> str:
    if not isinstance(node, ast.ClassDef):
        return ast.dump(node)
    own = [one for one in node.body if not isinstance(one, Function | ast.ClassDef)]
    head = [*node.bases, *node.keywords, *node.decorator_list]
    return " ".join(map(ast.dump, [*head, *own]))
