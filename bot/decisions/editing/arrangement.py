"""Arrangement: in which order statements stand, and with how many empty lines between them."""

import ast
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.decisions.code.definitions import Function, lines_of
from bot.decisions.code.segments import Segment


def is_import(part: Segment) -> bool:
    """Whether a statement is an import."""
    return isinstance(part.nodes[0], ast.Import | ast.ImportFrom)


def bound_by(part: Segment) -> set[str]:
    """Names that an import binds; nothing for other statements."""
    return {alias.asname or alias.name.partition(".")[0] for node in part.nodes for alias in getattr(node, "names", ())}


def is_movable(old: Sequence[Segment], new: Sequence[Segment], asked: Callable[[Segment], bool]) -> bool:
    """Whether the order of two lists of statements may go back to the old one without a change of meaning.

    Only plain functions, plain classes and imports may have been moved: what is decorated or derived may register
    itself, and of two imports of one name the last counts. Nothing may have been moved past what was asked for, nor
    past a statement that only does something.

    Args:
        old: as they stood.
        new: as the model left them.
        asked: whether a statement is named.
    """
    both = {part.key for part in old} & {part.key for part in new}
    before, after = ([part for part in parts if part.key in both] for parts in (old, new))
    twice = _bound_twice(before) | _bound_twice(after)
    fixed = {part.key for part in (*before, *after) if _is_fixed(part) or bound_by(part) & twice}
    if [part.key for part in before if part.key in fixed] != [part.key for part in after if part.key in fixed]:
        return False
    moved: set[tuple[object, ...]] = set()
    for one, other in zip(before, after, strict=True):
        if (moved or one.key != other.key) and any(_acts(part) or asked(part) for part in (one, other)):
            return False
        moved ^= {one.key} ^ {other.key}
    return True


def _bound_twice(parts: Sequence[Segment]) -> set[str]:
    names = Counter(name for part in parts if is_import(part) for name in bound_by(part))
    return {name for name, times in names.items() if times > 1}


def _is_fixed(part: Segment) -> bool:
    node = part.nodes[0]
    if isinstance(node, Function):
        return bool(node.decorator_list)
    if isinstance(node, ast.ClassDef):
        return bool(node.decorator_list or node.bases or node.keywords)
    return not is_import(part)


def _acts(part: Segment) -> bool:
    """Whether a statement defines nothing: what is above it may matter to it."""
    return not part.name and part.key[0] != "doc" and not is_import(part)


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


def with_restored(parts: Sequence[Segment], old: Sequence[Segment], back: Sequence[Segment]) -> list[Segment]:
    """The statements with those that go back, each below all that stood above it."""
    place = {part.key: number for number, part in enumerate(parts)}
    returning = {part.key for part in back}
    below: dict[int, list[Segment]] = {}
    last = -1
    for part in old:
        if part.key in returning:
            below.setdefault(last, []).append(part)
        last = max(last, place.get(part.key, -1))
    result = below.get(-1, [])
    for number, part in enumerate(parts):
        result += [part, *below.get(number, ())]
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
