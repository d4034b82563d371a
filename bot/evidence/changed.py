"""Changed tests: their files as they are run, and whether they fail where they have to."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace

from bot.decisions.testing.changed_tests import changed_in, file_of
from bot.decisions.testing.removed_tests import removal_objections
from bot.evidence.repeats import brief
from bot.evidence.suite import Suites
from bot.words.evidence import ChangedRuns
from bot.words.patch import Patch
from bot.words.plan import ChangedTest
from sandbox.files import File, Tree
from sandbox.room import Outcome
from sandbox.suite.report import SuiteReport

#: The run of no tests.
NOTHING = SuiteReport(outcome=Outcome.FINISHED, finished=True)


def changed_files(
    patch: Patch, current: Tree, judges: Collection[str], allowed: Sequence[ChangedTest]
) -> tuple[tuple[ChangedTest, ...], dict[str, File | None]]:
    """The existing tests that a patch changes or takes away as it may, and their files; None for one that goes.

    What it may not change is as it was.
    """
    tests: list[ChangedTest] = []
    files: dict[str, File | None] = {}
    deleted = [change.path for change in patch.changes if change.after is None and change.path not in judges]
    for change in patch.changes:
        if change.path not in judges:
            continue
        left = current[change.path].data.decode("utf-8", "replace")
        as_left = change.model_copy(update={"before": left})
        if left == change.after or any(removal_objections(as_left, allowed, current, deleted)):
            continue
        gone = [one for one in allowed if one.removed and file_of(one.test) == change.path]
        staying = [one for one in allowed if not one.removed]
        tests += [*gone, *changed_in(left, change.after or "", staying, change.path)]
        after = change.after
        files[change.path] = None if after is None else replace(current[change.path], data=after.encode())
    return tuple(tests), files


def laid(files: Tree, changed: Mapping[str, File | None]) -> Tree:
    """The files with the changed test files laid over them."""
    whole = {**files, **{path: file for path, file in changed.items() if file is not None}}
    return {path: file for path, file in whole.items() if changed.get(path, file) is not None}


def changed_runs(
    suites: Suites, old_on_patch: Tree, new_on_base: Tree, tests: Sequence[ChangedTest], threads: Executor
) -> ChangedRuns | None:
    """The changed tests alone, as they were with the patch, and as they are without it; None where there are none.

    Those that are taken away run with the rest of their files, which may not even be importable any more.

    Raises:
        SandboxError: no room could be had.
    """
    if not tests:
        return None
    ids = [one.test for one in tests if not one.removed]
    removed = sorted({file_of(one.test) for one in tests if one.removed})
    quiet = replace(suites, on_result=None)

    def submitted(tree: Tree, what: Sequence[str]) -> Future[SuiteReport] | None:
        return threads.submit(quiet.run, tree, what, workers=0) if what else None

    runs = submitted(old_on_patch, ids), submitted(new_on_base, ids), submitted(old_on_patch, removed)
    old, new, gone = (brief(run.result()) if run else None for run in runs)
    return ChangedRuns(old_on_patch=old or NOTHING, new_on_base=new or NOTHING, removed_on_patch=gone)
