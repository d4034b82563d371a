"""Changed tests: their files as they are run, and whether they fail where they have to."""

from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from bot.decisions.changed_tests import changed_in, objections_to
from bot.evidence.repeats import brief
from bot.evidence.suite import Suites
from bot.words.evidence import ChangedRuns
from bot.words.patch import Patch
from bot.words.plan import ChangedTest
from sandbox.files import File, Tree


def changed_files(
    patch: Patch, current: Tree, judges: Collection[str], allowed: Sequence[ChangedTest]
) -> tuple[tuple[ChangedTest, ...], dict[str, File]]:
    """The existing tests that a patch changes as it may, and their files; what it may not change is as it was."""
    tests: list[ChangedTest] = []
    files: dict[str, File] = {}
    for change in patch.changes:
        if change.path not in judges or change.after is None:
            continue
        left = current[change.path].data.decode("utf-8", "replace")
        if left == change.after or any(objections_to(change.model_copy(update={"before": left}), allowed)):
            continue
        tests += changed_in(left, change.after, allowed, change.path)
        files[change.path] = replace(current[change.path], data=change.after.encode())
    return tuple(tests), files


def changed_runs(
    suites: Suites, old_on_patch: Tree, new_on_base: Tree, tests: Sequence[ChangedTest], threads: Executor
) -> ChangedRuns | None:
    """The changed tests alone, as they were with the patch, and as they are without it; None where there are none.

    Raises:
        SandboxError: no room could be had.
    """
    if not tests:
        return None
    ids = [one.test for one in tests]
    quiet = replace(suites, on_result=None)
    old = threads.submit(quiet.run, old_on_patch, ids, workers=0)
    new = threads.submit(quiet.run, new_on_base, ids, workers=0)
    return ChangedRuns(old_on_patch=brief(old.result()), new_on_base=brief(new.result()))
