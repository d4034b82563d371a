"""Unasked: what a model changed beside what the plan names goes back, where nothing is lost by it.

A maintainer who asked for one thing reads a diff with that one thing in it. So, of what the plan doesn't name:

- what looks different and means the same (comments, docstrings, line breaks, quotes) is as it was before;
- what was left out without need is there again, and what was moved to no effect stands where it stood;
- what means something else now stays, for the change may need it.

All but the looks is told to the reader. Where something might have been asked for, it stays as the model left it.

Nothing is put back that would break the file: it still parses, no name is missing that was there, and nothing that
is needed while the file is imported stands below what needs it.
"""

import ast
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.encoding import BOM
from bot.decisions.code.import_time import has_lazy_annotations, needed_at_import
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.code.segments import Segment, Source, code_of, cut, head_of
from bot.decisions.code.undefined import undefined_names
from bot.decisions.editing.arrangement import in_order, is_movable, spaced, with_restored
from bot.decisions.editing.asked import Asked
from bot.decisions.editing.dressing import ends_unfinished, line_ending
from bot.decisions.editing.left_out import LeftOut

#: Characters of a file that is looked at; comparing larger ones takes long.
LARGEST = 200_000

#: Characters of a statement by which it is named to a reader.
SHOWN = 60


@dataclass(frozen=True)
class Kept:
    """A file's new text without what nobody asked for.

    Attributes:
        text: the text.
        also: what was changed or left out although the plan doesn't name it.
        back: what was left out and is there again.
    """

    text: str
    also: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


def without_unasked(before: str, after: str, asked: Asked) -> Kept:
    """The new text of a file without what the plan doesn't name and nobody needs.

    Args:
        before: the text as it was.
        after: as the model left it.
        asked: what the plan names.
    """
    if before == after or not before.strip() or max(len(before), len(after)) > LARGEST:
        return Kept(after)
    old, new = before.removeprefix(BOM), after.removeprefix(BOM)
    try:
        asked = replace(asked, documented=asked.documented or "__doc__" in before)
        trees = syntax_tree(old), syntax_tree(new)
        merge = _Merge(asked, cut(old, trees[0]), cut(new, trees[1]), LeftOut(asked, *trees, new))
        for candidate in merge.candidates():
            text = _finished(candidate.text, old)
            if text == new or _holds(text, new, old):
                text = BOM + text if after.startswith(BOM) else text
                return Kept(text, tuple(merge.also), tuple(merge.back))
    except UNPARSABLE:
        pass
    return Kept(after)


class _Merge:
    """Two texts of one file, put together statement by statement."""

    def __init__(self, asked: Asked, old: Source, new: Source, left_out: LeftOut) -> None:
        self._asked, self._old, self._new, self._left_out = asked, old, new, left_out
        self.also: list[str] = []
        self.back: list[str] = []

    def candidates(self) -> Iterator[Source]:
        """From the one in which most goes back to the one in which nothing does."""
        ways = [(True, True), (False, True), (False, False)] if self._asked.restores else [(False, False)]
        for restore, order in ways:
            yield self._merged(restore=restore, order=order and not self._asked.orders)
        self.back = []
        yield self._new

    def _merged(self, *, restore: bool, order: bool) -> Source:
        self.also, self.back = [], []
        parts = self._scope(self._old.parts, self._new.parts, restore=restore, order=order)
        return Source(parts, self._tail(parts))

    def _tail(self, parts: Sequence[Segment]) -> str:
        """What stands below the last statement: the old text only where it was lost, and nobody asked for that."""
        old, new = _comments(self._old.tail), _comments(self._new.tail)
        last = self._old.parts[-1].key if self._old.parts else None
        if not parts or parts[-1].key != last or not new <= old or self._asked.speaks_of(self._old.tail):
            return self._new.tail
        return self._new.tail if old & _comments(*_leads(parts)) else self._old.tail

    def _scope(
        self, old: Sequence[Segment], new: Sequence[Segment], *, restore: bool, order: bool
    ) -> tuple[Segment, ...]:
        known = {part.key: part for part in old}
        taken = _comments(*(part.lead for part in new if part.key not in known))
        parts = []
        for part in new:
            if part.key in known or part.key[0] != "doc" or self._asked.documents:
                one = self._one(known.get(part.key), part, restore=restore, order=order)
                lost = _comments(one.lead) - _comments(part.lead)
                parts.append(replace(one, lead=part.lead) if lost & taken else one)
        back, away = self._left_out.back(old, parts) if restore else ([], [])
        self.back += [_label(part) for part in back]
        self.also += [_label(part) for part in away]
        movable = order and is_movable(old, parts, self._asked.has)
        merged = in_order(parts, [part.key for part in old]) if movable else parts
        return tuple(spaced(with_restored(merged, old, back), old, new))

    def _one(self, old: Segment | None, new: Segment, *, restore: bool, order: bool) -> Segment:
        if old is None or old.whole == new.whole:
            return new
        if self._asked.has(new) and not (new.inside and old.inside and new.name not in self._asked.definitions):
            return new if "#" in new.lead or "#" not in old.lead else replace(new, lead=old.lead)
        if old.inside is None or new.inside is None:
            return self._leaf(old, new)
        inside = self._scope(old.inside, new.inside, restore=restore, order=order)
        if head_of(old.nodes[0]) == head_of(new.nodes[0]):
            return replace(old, inside=inside, nodes=new.nodes)
        if not self._asked.has(new):
            self._note(new)
        return replace(new, inside=inside)

    def _leaf(self, old: Segment, new: Segment) -> Segment:
        if code_of(old.nodes) == code_of(new.nodes):
            return old
        if not self._asked.documents and code_of(old.nodes, documented=False) == code_of(new.nodes, documented=False):
            return old
        self._note(new)
        return new

    def _note(self, part: Segment) -> None:
        if part.name not in ("", "__all__") and not self._asked.whole:
            self.also.append(part.name)


def _label(part: Segment) -> str:
    """What a statement is called: its name, or its first line."""
    line = part.text.strip().partition("\n")[0].strip()
    return part.name or (line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…")


def _comments(*texts: str) -> set[str]:
    """The lines between statements, empty ones aside."""
    return {line.strip() for text in texts for line in text.splitlines()} - {""}


def _leads(parts: Sequence[Segment]) -> Iterator[str]:
    for part in parts:
        yield part.lead
        yield from _leads(part.inside or ())


def _finished(text: str, old: str) -> str:
    """The text with whole lines, and the old one's last line ending."""
    if ends_unfinished(old):
        return text.rstrip("\r\n")
    return text if not text or text.endswith(("\n", "\r")) else text + line_ending(old)


def _holds(text: str, new: str, old: str) -> bool:
    """Whether a text is as sound as the new one."""
    try:
        trees = [syntax_tree(source) for source in (text, new, old)]
    except UNPARSABLE:
        return False
    missing: Callable[[str], Collection[str]] = undefined_names
    if not set(missing(text)) <= set(missing(new)) | set(missing(old)):
        return False
    return _too_early(trees[0]) <= _too_early(trees[1]) | _too_early(trees[2])


def _too_early(tree: ast.Module) -> set[str]:
    """Names that are needed while the file is imported and only defined below, in the module and in its classes."""
    lazy = has_lazy_annotations(tree)
    found: set[str] = set()
    for body in (tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))):
        last = {name: number for number, node in enumerate(body) for name in _defined(node)}
        for number, node in enumerate(body):
            found |= {name for name in needed_at_import(node, lazy=lazy) if last.get(name, -1) > number}
    return found


def _defined(node: ast.stmt) -> list[str]:
    name = getattr(node, "name", None)
    targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
    return [str(name)] if name else [target.id for target in targets if isinstance(target, ast.Name)]
