"""Reach: which changed lines the new tests run, and what follows from it."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

from bot.decisions.code.definitions import UNPARSABLE, Function, first_line
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.proof.changed_lines import changed_lines, places
from bot.words.coverage import Coverage, FileCoverage
from bot.words.evidence import Evidence
from bot.words.mutation import Fate, Mutation
from bot.words.patch import FileChange, Patch
from sandbox.suite.trace import Trace, TracedFile

#: Places that one sentence names.
NAMED = 6


def traced_files(patch: Patch) -> tuple[str, ...]:
    """The changed files whose lines are looked at: Python that is no test."""
    return tuple(c.path for c in patch.changes if not c.test and c.after is not None and c.path.endswith(".py"))


def coverage_of(patch: Patch, trace: Trace | None) -> Coverage:
    """What was measured, for the changed lines alone.

    Lines that only declare something (`def`, `class`, decorators, imports) are left out, and where functions are
    changed all that is outside of them: that runs when a file is imported, whether or not anything in it is used.
    """
    if trace is None:
        return Coverage(trouble="the tests ended before it was written")
    if trace.disturbed:
        return Coverage(trouble="something else was tracing")
    found = []
    for change in patch.changes:
        traced = trace.files.get(change.path)
        if traced is not None and change.path in traced_files(patch):
            found.append((change, traced))
    inside = {change.path: functions(change.after or "") for change, _ in found}
    files = [_of_file(change, traced, inside[change.path]) for change, traced in found]
    if not any(file.lines for file in files):
        files = [_of_file(change, traced) for change, traced in found]
    return Coverage(files=tuple(file for file in files if file.lines))


def _of_file(change: FileChange, traced: TracedFile, within: set[int] | None = None) -> FileCoverage:
    lines = set(traced.lines) & changed_lines(change) - declarations(change.after or "")
    lines = lines if within is None else lines & within
    ways = [way for way in traced.ways if way[0] in lines]
    return FileCoverage(
        path=change.path,
        lines=tuple(sorted(lines)),
        covered=tuple(sorted(lines - set(traced.missing))),
        ways=sum(way[1] for way in ways),
        taken=sum(way[2] for way in ways),
        half=tuple(line for line, several, gone in ways if 0 < gone < several),
    )


def functions(source: str) -> set[int]:
    """Lines in the bodies of functions."""
    try:
        tree = syntax_tree(source.removeprefix("\ufeff"))
    except UNPARSABLE:
        return set()
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, Function)]
    return {line for body in bodies for line in range(body[0].lineno, (body[-1].end_lineno or 0) + 1)}


def declarations(source: str) -> set[int]:
    """Lines that only declare something, and docstrings."""
    try:
        tree = syntax_tree(source.removeprefix("\ufeff"))
    except UNPARSABLE:
        return set()
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            found |= set(range(first_line(node), node.body[0].lineno))
        elif isinstance(node, ast.Import | ast.ImportFrom) or _is_only_said(node):
            found |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


def _is_only_said(node: ast.AST) -> TypeGuard[ast.Expr]:
    """Whether it is a docstring, or the `...` of a stub."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def missed_lines(coverage: Coverage) -> Mapping[str, Sequence[int]]:
    """Changed lines that never ran, by path; none when nothing is known to run: that may be the measurement's fault."""
    return {file.path: file.missed for file in coverage.files} if coverage.covered else {}


def unreached(evidence: Evidence) -> Iterable[str]:
    """Why the patch is not proven, as far as the new tests don't run it.

    A fault in such a line that they notice shows better than any trace that they do run it, in a way that leaves none.
    """
    coverage = evidence.coverage
    if coverage and coverage.lines and not coverage.covered and not _noticed_in(coverage, evidence.mutation):
        yield f"The new tests run none of the {coverage.lines} changed lines, so they say nothing about them."


def _noticed_in(coverage: Coverage, mutation: Mutation | None) -> bool:
    """Whether a fault in one of these lines was noticed."""
    lines = {(file.path, line) for file in coverage.files for line in file.lines}
    noticed = (Fate.KILLED, Fate.TIMED_OUT)
    return any((one.path, one.line) in lines for one in (mutation.mutants if mutation else ()) if one.fate in noticed)


def unreached_lines(evidence: Evidence) -> Iterable[str]:
    """What the new tests don't reach, a sentence a file: food for the next attempt."""
    for file in evidence.coverage.files if evidence.coverage else ():
        if file.missed:
            yield f"{file.path}: no new test runs {spoken(file.missed)}."
        if file.half:
            yield f"{file.path}: the new tests go only some of the ways from {spoken(file.half)}."


def spoken(lines: Sequence[int]) -> str:
    """Say "line 7", or "lines 3-5, 9 and 12"."""
    spans = [f"{place[0]}-{place[-1]}" if len(place) > 1 else str(place[0]) for place in places(frozenset(lines))]
    more = f" and {len(spans) - NAMED} more places" if len(spans) > NAMED else ""
    word = "line" if len(lines) == 1 else "lines"
    if more or len(spans) == 1:
        return f"{word} {', '.join(spans[:NAMED])}{more}"
    return f"{word} {', '.join(spans[:-1])} and {spans[-1]}"
