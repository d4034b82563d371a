"""Left out: which statements that a model left out were left out without need, and go back.

What might have been asked for stays away: a statement that only does something, a special method, an import that
was moved into a function, a definition that is found elsewhere now. A reader can put back what is missing; what was
asked for and comes back again and again can never be done.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.decisions.code.definitions import Function
from bot.decisions.code.segments import Segment
from bot.decisions.editing.arrangement import bound_by, is_import
from bot.decisions.editing.asked import Asked


class LeftOut:
    """What of one file goes back.

    Args:
        asked: what is named.
        old: the syntax of the file as it was.
        new: as the model left it.
        text: likewise, as text.
    """

    def __init__(self, asked: Asked, old: ast.Module, new: ast.Module, text: str) -> None:
        self._asked = asked
        self._before, self._after = _bindings(old), _bindings(new)
        self._words = frozenset(re.findall(r"\w+", text))

    def back(self, old: Sequence[Segment], new: Sequence[Segment]) -> tuple[list[Segment], list[Segment]]:
        """Of one scope, the statements that go back, in order; and those that nobody named and that stay away.

        Args:
            old: the statements of a module or a class as they were.
            new: as they will be.
        """
        present = {part.key for part in new}
        gone = [part for part in old if part.key not in present]
        if not gone:
            return [], []
        spoken = _words(old)
        returning = {part.key for part in gone if not is_import(part) and self._was_needless(part, spoken)}
        used = _used([*new, *(part for part in gone if part.key in returning)])
        returning |= {part.key for part in gone if is_import(part) and self._is_missed(part, used, spoken)}
        away = [part for part in gone if part.key not in returning and not is_import(part)]
        return [part for part in gone if part.key in returning], [part for part in away if not self._asked.has(part)]

    def _was_needless(self, gone: Segment, spoken: Counter[str]) -> bool:
        """Whether a definition was left out for no reason: it is nowhere else now, and not only unused."""
        own = gone.name.rpartition(".")[2]
        if gone.key[0] == "doc":
            return not self._asked.documents
        if not own or self._asked.has(gone) or self._after[own] >= self._before[own]:
            return False
        special = own.startswith("__") and own.endswith("__")
        if special or not own.startswith("_"):
            return not special or not isinstance(gone.nodes[0], Function)
        return own in self._words or spoken[own] == (own in _words([gone]))

    def _is_missed(self, gone: Segment, used: set[str], spoken: Counter[str]) -> bool:
        """Whether an import is used still, or never was: then others may import its names from here."""
        names = bound_by(gone)
        if "*" in names or any(self._after[name] for name in names):
            return False
        return bool(names & used) or not (self._asked.has(gone) or any(spoken[name] for name in names))


def _bindings(tree: ast.Module) -> Counter[str]:
    """How often each name is bound, in whichever scope."""
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] += 1
            case ast.Name(id=name, ctx=ast.Store()):
                found[name] += 1
            case ast.alias(name=name, asname=other):
                found[other or name.partition(".")[0]] += 1
    return found


def _words(parts: Iterable[Segment]) -> Counter[str]:
    """In how many statements each word stands, imports aside."""
    return Counter(word for part in parts if not is_import(part) for word in set(re.findall(r"\w+", part.whole)))


def _used(parts: Iterable[Segment]) -> set[str]:
    """Names that statements look up, wherever they stand."""
    nodes = (node for part in parts for top in part.nodes for node in ast.walk(top))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
