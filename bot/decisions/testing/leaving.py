"""Leaving: names that a change takes away because its plan says so.

A test that was written before may use them, and can't be run any more. What goes without a word in the plan is no
excuse: so any test could be kept from failing.
"""

from collections.abc import Iterator, Sequence

from bot.decisions.code.provides import provided_names
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec
from sandbox.files import Tree


def leaving(before: Tree, after: Tree, modules: Sequence[ModuleSpec]) -> tuple[str, ...]:
    """Modules ("pkg.mod") and definitions ("pkg.mod:name"), sorted.

    Those of a file that the plan deletes, and those that stand elsewhere now, where the plan has them.

    Args:
        before: the repository without the change.
        after: with it.
        modules: the plan's files.
    """
    return tuple(sorted({name for spec in modules for name in _of(spec, before, after, modules)}))


def _of(spec: ModuleSpec, before: Tree, after: Tree, modules: Sequence[ModuleSpec]) -> Iterator[str]:
    gone = _added(spec.path, after, before)
    if spec.delete and spec.path not in after:
        yield from gone
        return
    others = [other for other in modules if other.path != spec.path and not other.delete]
    arrived = {_name(name) for other in others for name in _added(other.path, before, after)}
    planned = {name for other in others for name in other.definitions}
    yield from (name for name in gone if _name(name) in arrived & planned)


def _added(path: str, before: Tree, after: Tree) -> tuple[str, ...]:
    """What a file has afterwards and had not before."""
    return provided_names(
        Patch(base="", changes=(FileChange(path=path, before=_text(before, path), after=_text(after, path)),))
    )


def _name(provided: str) -> str:
    """The definition in "pkg.mod:Class.method"; "" for a module."""
    return provided.partition(":")[2]


def _text(files: Tree, path: str) -> str | None:
    return files[path].data.decode("utf-8", "replace") if path in files else None
