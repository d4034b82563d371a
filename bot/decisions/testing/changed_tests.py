"""Changed tests: existing tests of which a plan says that they promise what the issue wants otherwise.

Everything else in their files stays as people left it, byte for byte, and no such test may be taken away, skipped,
only asked for less or get another head (`weakened`). That the change of each is needed and that it shows something is
measured: as it was it fails with the patch, as it is now it fails without it.
"""

from collections.abc import Iterator, Sequence

from bot.decisions.code.definitions import UNPARSABLE, Function, first_line, lines_of, named
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.editing.blocks import EditError, UnchangedError
from bot.decisions.editing.dressing import accepted
from bot.decisions.proof.expected import name_of
from bot.decisions.proof.runs import by_id, irregularity
from bot.decisions.testing.weakened import weakened
from bot.words.evidence import ChangedRuns, Evidence
from bot.words.patch import FileChange
from bot.words.plan import ChangedTest
from sandbox.suite.report import BAD, SuiteReport, TestOutcome


def file_of(test: str) -> str:
    """The file in an id."""
    return test.partition("::")[0]


def function_of(test: str) -> str:
    """The qualified name in an id: "TestParts.test_sum" of "tests/test_a.py::TestParts::test_sum[1]"."""
    return name_of(test).partition("::")[2].replace("::", ".")


def text_of(source: str, test: str) -> str | None:
    """The text of the function that an id names, decorators included; None where there is none, or several."""
    lines = lines_of(source)
    place = _place(source, test)
    return "".join(lines[place[0] : place[1]]) if place else None


def with_text(source: str, test: str, text: str) -> str | None:
    """The source with another text of that function; None where it has none, or the text is none of it."""
    place = _place(source, test)
    if place is None:
        return None
    lines = lines_of(source)
    after = "".join([*lines[: place[0]], text, *lines[place[1] :]])
    return after if text_of(after, test) == text else None


def objections_to(change: FileChange, allowed: Sequence[ChangedTest]) -> Iterator[str]:
    """Why a change of an existing test file may not be made, a few words each; none for one that the plan allows.

    Args:
        change: the file, as people left it and as it would be.
        allowed: what the plan says.
    """
    ours = [one.test for one in allowed if file_of(one.test) == change.path]
    if not ours or change.before is None or change.after is None:
        yield "an existing test may not be changed"
        return
    if trouble := _unwritable(change.before, change.after):
        yield trouble
    undone: str | None = change.after
    for test in ours:
        old, new = text_of(change.before, test), text_of(change.after, test)
        if old is None or new is None:
            yield f"{function_of(test)} may be changed, not taken away"
            return
        undone = with_text(undone, test, old) if undone is not None else None
        if old != new and (why := weakened(old, new)):
            yield f"{function_of(test)} {why}"
    if undone != change.before:
        yield f"nothing but {', '.join(map(function_of, ours))} may be changed in it"


def changed_in(before: str, after: str, allowed: Sequence[ChangedTest], path: str) -> tuple[ChangedTest, ...]:
    """Those of the allowed tests of a file that are really others."""
    ours = [one for one in allowed if file_of(one.test) == path]
    return tuple(one for one in ours if text_of(before, one.test) != text_of(after, one.test))


def unneeded(evidence: Evidence) -> Iterator[str]:
    """Why the patch is not proven, as far as changes of existing tests are not needed, or show nothing."""
    if not evidence.changed_tests:
        return
    runs, staying = evidence.changed_runs, [one for one in evidence.changed_tests if not one.removed]
    if runs is None:
        yield "It changes existing tests, and nobody has looked whether that is needed."
        return
    for what, report in (
        ("As they were, the changed tests", runs.old_on_patch),
        ("The changed tests", runs.new_on_base),
    ):
        if trouble := irregularity(report):
            yield f"{what}, run {'with' if report is runs.old_on_patch else 'without'} the change, {trouble}."
            return
    for one in staying:
        yield from _about(one.test, evidence, runs)


def _about(test: str, evidence: Evidence, runs: ChangedRuns) -> Iterator[str]:
    if not _reds(test, runs.old_on_patch):
        yield f"{test} need not be changed: as it was, it does not fail with the change."
    if not _reds(test, runs.new_on_base):
        yield f"{test} was changed and shows nothing: as it is now, it does not fail without the change."
    for report in (evidence.suite_on_patch, evidence.suite_again):
        found = [result for result in report.results if name_of(result.id) == test] if report else []
        if report and (not found or any(one.outcome is not TestOutcome.PASSED for one in found)):
            how = sorted({one.outcome.value for one in found}) or ["did not run"]
            yield f"{test} was changed and does not pass with the change ({', '.join(how)})."
            return


def is_changed(test: str, evidence: Evidence) -> bool:
    """Whether an id is one of a changed test."""
    return any(name_of(test) == one.test for one in evidence.changed_tests)


def _reds(test: str, report: SuiteReport) -> bool:
    """Whether the test ran and failed by an exception, in one of its cases at least."""
    results = by_id(report).values()
    return any(name_of(one.id) == test and one.outcome in BAD and one.exception for one in results)


def _unwritable(before: str, after: str) -> str:
    """Why a file may not be written so: it has what nobody sees, or what is read otherwise than it stands there."""
    try:
        accepted(before, after)
    except UnchangedError:
        return ""
    except EditError as error:
        return str(error).rstrip(".")
    return ""


def _place(source: str, test: str) -> tuple[int, int] | None:
    """The lines of the one function with that name, from 0, the last one excluded."""
    try:
        found = [node for name, node in named(syntax_tree(source).body) if name == function_of(test)]
    except UNPARSABLE:
        return None
    if len(found) != 1 or not isinstance(found[0], Function):
        return None
    return first_line(found[0]) - 1, found[0].end_lineno or found[0].lineno
