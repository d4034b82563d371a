"""Changes: what is different between the files that went into a room and those that came out."""

from collections import defaultdict
from dataclasses import dataclass

from sandbox.files import Tree


@dataclass(frozen=True, slots=True)
class Changes:
    """Found by hash; a file's times, which code can set as it likes, say nothing.

    Attributes:
        added: paths that are new, renamed ones left out.
        changed: paths whose bytes differ.
        removed: paths that are gone, renamed ones left out.
        modes: paths whose bytes are the same and whose executable bit is not.
        renamed: old path to new path, for files that are the same byte for byte; never one to several.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.modes or self.renamed)


def compare(before: Tree, after: Tree) -> Changes:
    """What happened to the files, in sorted order. Nothing is read but the two mappings."""
    kept = sorted(before.keys() & after.keys())
    renamed = _renamed(before, after)
    moved = {path for pair in renamed for path in pair}
    return Changes(
        added=tuple(sorted(after.keys() - before.keys() - moved)),
        changed=tuple(path for path in kept if before[path].data != after[path].data),
        removed=tuple(sorted(before.keys() - after.keys() - moved)),
        modes=tuple(path for path in kept if before[path].data == after[path].data and before[path] != after[path]),
        renamed=renamed,
    )


def _renamed(before: Tree, after: Tree) -> tuple[tuple[str, str], ...]:
    """Pairs of a gone and a new path with the same content; empty files are nobody's."""
    arrived: dict[str, list[str]] = defaultdict(list)
    for path in sorted(after.keys() - before.keys(), reverse=True):
        if after[path].data:
            arrived[after[path].signature].append(path)
    pairs = []
    for path in sorted(before.keys() - after.keys()):
        waiting = arrived.get(before[path].signature)
        if before[path].data and waiting:
            pairs.append((path, waiting.pop()))
    return tuple(pairs)
