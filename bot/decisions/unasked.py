"""Unasked: what a model changed beside what the plan names goes back, where nothing is lost by it.

A maintainer who asked for one thing reads a diff with that one thing in it. So, of what the plan doesn't name:

- what looks different and means the same (comments, docstrings, line breaks, quotes) is as it was before;
- what was left out is there again, and what was moved stands where it stood;
- what means something else now stays, for the change may need it, and is named to the reader.

Nothing is put back that would break the file: it still parses, no name is missing that was there, and nothing that
is needed while the file is imported stands below what needs it.
"""

import ast
import itertools
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.decisions.asked import Asked
from bot.decisions.definitions import UNPARSABLE, Function, lines_of
from bot.decisions.dressing import ends_unfinished, line_ending
from bot.decisions.encoding import BOM
from bot.decisions.import_time import has_lazy_annotations, needed_at_import
from bot.decisions.parsing import syntax_tree
from bot.decisions.segments import Segment, Source, code_of, cut, head_of
from bot.decisions.undefined import undefined_names

#: Characters of a file that is looked at; comparing larger ones takes long.
LARGEST = 400_000


@dataclass(frozen=True)
class Kept:
    """A file's new text without what nobody asked for.

    Attributes:
        text: the text.
        also: definitions that were changed although the plan doesn't name them.
    """

    text: str
    also: tuple[str, ...] = ()


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
        merge = _Merge(asked, cut(old, syntax_tree(old)), cut(new, syntax_tree(new)))
        for candidate in merge.candidates():
            text = _finished(candidate.text, old)
            if text == new or _holds(text, new, old):
                return Kept(BOM + text if after.startswith(BOM) else text, tuple(merge.also))
    except UNPARSABLE:
        pass
    return Kept(after)


class _Merge:
    """Two texts of one file, put together statement by statement."""

    def __init__(self, asked: Asked, old: Source, new: Source) -> None:
        self._asked, self._old, self._new = asked, old, new
        self._words = frozenset(re.findall(r"\w+", new.text))
        self.also: list[str] = []

    def candidates(self) -> "itertools.chain[Source]":
        """From the one in which most goes back to the one in which nothing does."""
        ways = [(True, True), (False, True), (False, False)][not self._asked.restores :]
        return itertools.chain(
            (self._merged(restore=restore, order=order) for restore, order in ways), iter([self._new])
        )

    def _merged(self, *, restore: bool, order: bool) -> Source:
        self.also = []
        parts = self._scope(self._old.parts, self._new.parts, restore=restore, order=order)
        return Source(parts, self._old.tail)

    def _scope(
        self, old: Sequence[Segment], new: Sequence[Segment], *, restore: bool, order: bool
    ) -> tuple[Segment, ...]:
        known = {part.key: part for part in old}
        parts = [
            self._one(known.get(part.key), part, restore=restore, order=order)
            for part in new
            if part.key in known or part.key[0] != "doc" or self._asked.documents
        ]
        back = self._back(old, parts) if restore else []
        merged = in_order(parts, [part.key for part in old]) if order and is_movable(old, parts) else parts
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

    def _back(self, old: Sequence[Segment], new: Sequence[Segment]) -> list[Segment]:
        """The statements that are not there any more and were left out without need."""
        present = {part.key for part in new}
        gone = [part for part in old if part.key not in present and not self._asked.has(part)]
        back = [part for part in gone if not is_import(part) and self._goes_back(part, old, new)]
        left = [*new, *back]
        return [part for part in gone if part in back or (is_import(part) and _needed(part, old, left))]

    def _goes_back(self, gone: Segment, old: Sequence[Segment], new: Sequence[Segment]) -> bool:
        """Whether a statement was left out for no reason: it was not rewritten, and is not only unused now."""
        if not gone.name:
            known = {part.key for part in old}
            return not any(type(part.nodes[0]) is type(gone.nodes[0]) for part in new if part.key not in known)
        own = gone.name.rpartition(".")[2]
        return not own.startswith("_") or own.startswith("__") or own in self._words or own not in _words(old, but=gone)


def is_import(part: Segment) -> bool:
    """Whether a statement is an import."""
    return isinstance(part.nodes[0], ast.Import | ast.ImportFrom)


def _needed(gone: Segment, old: Sequence[Segment], new: Sequence[Segment]) -> bool:
    """Whether an import that was left out is used still, or never was: then others may import its names from here."""
    names = _bound(gone)
    if names & {name for part in new for name in _bound(part)}:
        return False
    return bool(names & _words(new)) or not names & _words(old, but=gone)


def _bound(part: Segment) -> set[str]:
    return {alias.asname or alias.name.partition(".")[0] for node in part.nodes for alias in getattr(node, "names", ())}


def _words(parts: Sequence[Segment], but: Segment | None = None) -> set[str]:
    """Words of the code, imports and one segment aside."""
    return {
        word for part in parts if part is not but and not is_import(part) for word in re.findall(r"\w+", part.whole)
    }


def in_order(parts: Sequence[Segment], order: Sequence[tuple[object, ...]]) -> list[Segment]:
    """The statements in their old order; each new one stays below the one that it follows."""
    rank = {key: number for number, key in enumerate(order)}
    groups: list[list[Segment]] = [[]]
    for part in parts:
        if part.key in rank:
            groups.append([part])
        else:
            groups[-1].append(part)
    head, *rest = groups
    rest.sort(key=lambda group: rank[group[0].key])
    return [*head, *itertools.chain.from_iterable(rest)]


def is_movable(old: Sequence[Segment], new: Sequence[Segment]) -> bool:
    """Whether only functions, classes and imports were moved. The order of anything else may mean something."""
    fixed = [
        [part.key for part in parts if not is_import(part) and not isinstance(part.nodes[0], Function | ast.ClassDef)]
        for parts in (old, new)
    ]
    both = set(fixed[0]) & set(fixed[1])
    return [key for key in fixed[0] if key in both] == [key for key in fixed[1] if key in both]


def with_restored(parts: Sequence[Segment], old: Sequence[Segment], back: Sequence[Segment]) -> list[Segment]:
    """The statements with those that go back, each below the one that it followed before."""
    result = list(parts)
    for gone in back:
        above = [part.key for part in old[: old.index(gone)]]
        places = [number for number, part in enumerate(result) if part.key in above]
        result.insert(places[-1] + 1 if places else 0, gone)
    return result


def spaced(parts: Sequence[Segment], old: Sequence[Segment], new: Sequence[Segment]) -> list[Segment]:
    """The statements with as many empty lines above each as there were below the one that it follows."""
    before, after = _pairs(old), _pairs(new)
    below = {above: lead for (above, _), lead in before.items()}
    known, present = {part.key for part in old}, {part.key for part in new}
    result = []
    for above, part in itertools.pairwise([None, *parts]):
        assert part is not None  # noqa: S101  (only the first of all is none)
        pair = (above and above.key, part.key)
        usual = part.lead if part.key in present else below.get(pair[0], part.lead)
        blanks = _blanks(before.get(pair, after.get(pair, usual)))
        lead = blanks + part.lead[len(_blanks(part.lead)) :]
        result.append(replace(part, lead=lead) if part.key in known else part)
    return result


def _pairs(parts: Sequence[Segment]) -> dict[tuple[object, object], str]:
    """What stands between two statements that follow each other."""
    return {(above and above.key, part.key): part.lead for above, part in itertools.pairwise([None, *parts]) if part}


def _blanks(lead: str) -> str:
    """The empty lines with which it begins."""
    return "".join(itertools.takewhile(lambda line: not line.strip(), lines_of(lead)))


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
