"""Gather evidence: the new tests on base and patch, the repository's own suite on both."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from bot.decisions.code.provides import provided_names
from bot.decisions.editing.changes import apply_patch, changes_between
from bot.decisions.editing.left_behind import helpers_of_tests, still_had, still_named
from bot.decisions.editing.text_files import documentation_of
from bot.decisions.proof.judges import judging_files
from bot.decisions.proof.objections import objections
from bot.decisions.proof.protection import is_test_module, is_test_path
from bot.decisions.testing.blind_tests import types_alone
from bot.decisions.testing.kept_reproduction import not_kept
from bot.decisions.testing.leaving import leaving
from bot.decisions.testing.removed_tests import lives_on, still_imported
from bot.evidence.changed import NOTHING as NOTHING
from bot.evidence.changed import changed_files, changed_runs, laid
from bot.evidence.examine import Examination
from bot.evidence.repeats import brief
from bot.evidence.reproduced import rerun
from bot.evidence.sentinels import guarded_new, guarded_suite, told
from bot.evidence.suite import Suites
from bot.words.evidence import Evidence, FormerRuns
from bot.words.patch import Patch
from bot.words.plan import ChangedTest, ModuleSpec
from bot.words.repository_settings import TestSettings
from bot.words.reproduction import Reproduction
from bot.words.snapshot import Snapshot
from sandbox.files import Tree
from sandbox.room import Limits, Sandbox
from sandbox.suite.plan import LONG_SECONDS, agrees, rooms_for
from sandbox.suite.report import SuiteReport, TestResult

#: Runs share the machine only when the suite took at most this part of its time: what is alone with a processor
#: must not run out of time because it was not.
CALM = 0.2


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is run: the workspaces of one patch.

    Attributes:
        modules: paths of the new test files.
        on_base: the base with them.
        on_patch: what would be published, each existing test as people left it or as the plan says.
        unread: the same with the documentation as people left it: what only they read can't make a new test green.
        as_left: what would be published, with every existing test as people left it.
        changed_on_base: the base with the changed tests.
        changed: existing tests that the patch changes or takes away, as it may.
        documentation: its files that nothing but people read.
    """

    modules: tuple[str, ...]
    on_base: Tree
    on_patch: Tree
    unread: Tree
    as_left: Tree
    changed_on_base: Tree
    changed: tuple[ChangedTest, ...]
    documentation: tuple[str, ...]


def _ground(
    patch: Patch, base: Snapshot, current: Snapshot, suite_on_base: SuiteReport, allowed: Sequence[ChangedTest]
) -> _Ground:
    """The workspaces. What is published is what is run, and a patch can't bend its judges."""
    new = tuple(change for change in patch.changes if change.test and change.path not in base.files)
    touched = [change.path for change in patch.changes]
    judges = judging_files(base.files, suite_on_base, touched) & set(current.files)
    changed, replaced = changed_files(patch, current.files, judges, allowed)
    as_left = {**apply_patch(current.files, patch), **{path: current.files[path] for path in judges}}
    on_patch = laid(as_left, replaced)
    documentation = documentation_of(patch, base.files, suite_on_base.collected)
    return _Ground(
        modules=tuple(c.path for c in new if c.after is not None and is_test_module(c.path)),  # no data files
        on_base=apply_patch(base.files, Patch(base=patch.base, changes=new)),
        on_patch=on_patch,
        unread=laid(on_patch, {path: current.files.get(path) for path in documentation}),
        as_left=as_left,
        changed_on_base=laid(base.files, replaced),
        changed=changed,
        documentation=documentation,
    )


def _left_behind(patch: Patch, on_patch: Tree, base: Tree, changed: Sequence[ChangedTest]) -> Iterator[str]:
    """What stands against what the patch deletes."""
    yield from still_imported(patch, on_patch, base)
    yield from still_named(patch, on_patch, base)
    if removed := [one.test for one in changed if one.removed]:
        deleted = [one.path for one in patch.changes if one.after is None and not one.test]
        yield from lives_on(patch, provided_names(patch))
        yield from still_had(removed, deleted, on_patch, base)
        yield from helpers_of_tests(deleted, base)


@dataclass(frozen=True, slots=True)
class Witness:
    """Runs tests for evidence. It holds no model, no token and nothing that a model wrote but the patch.

    Attributes:
        sandbox: makes the fresh rooms.
        settings: the repository's test settings, from the base branch.
        limits: the limits of each room.
        environment: a prepared dependency environment, or None.
        rooms: how many rooms may be open at the same time.
        on_result: told of each result as it comes, from whichever thread runs the tests.
        long_seconds: wall time from which on a suite is worth several rooms.
    """

    sandbox: Sandbox
    settings: TestSettings
    limits: Limits
    environment: str | None = None
    rooms: int = 1
    on_result: Callable[[TestResult], None] | None = None
    long_seconds: float = LONG_SECONDS

    def baseline(self, base: Snapshot) -> SuiteReport:
        """The repository's own suite before anything is changed.

        It runs in one room, whatever comes later. Only when it took long, and several rooms then see exactly the
        same, is what they saw the baseline, and the suite runs in as many of them from then on: then like is
        compared with like.
        """
        alone = self._suites.run(base.files)
        rooms = rooms_for(alone, self.rooms, self.long_seconds)
        if rooms > 1:
            together = self._suites.run_sharded(base.files, alone, rooms)
            if agrees(alone, together):
                return together
        return alone

    def observe(
        self,
        patch: Patch,
        base: Snapshot,
        current: Snapshot,
        suite_on_base: SuiteReport,
        allowed: Sequence[ChangedTest] = (),
        reproductions: Sequence[Reproduction] = (),
        modules: Sequence[ModuleSpec] = (),
    ) -> Evidence:
        """Observe one patch in fresh rooms: a few runs of pytest, and where they look good a closer look.

        Args:
            patch: what is to be proven.
            base: the snapshot that the patch is against.
            current: where the work went on from: the base, or the head of a pull request's branch, which may
                hold what people committed there.
            suite_on_base: what `baseline` saw of the same snapshot, in the same image.
            allowed: existing tests that the plan says to change; a patch that changes another or more is none.
            reproductions: tests that were seen to fail on `current` before anything was written, the newest one last;
                those before it were replaced by the planner.
            modules: files of the plan: what it takes away, no reproduction need find.

        Raises:
            SandboxError: no room could be had.
        """
        ground = _ground(patch, base, current, suite_on_base, allowed)
        new, on_patch = ground.modules, ground.on_patch
        with ThreadPoolExecutor(self._at_once(suite_on_base), thread_name_prefix="witness") as threads:
            # The longest one first.
            suite = threads.submit(guarded_suite, self._suites, on_patch, new, suite_on_base)
            new_on_base = threads.submit(self._new, ground.on_base, new)
            new_on_patch = threads.submit(guarded_new, self._suites, ground.unread, new) if new else None
            former = (
                threads.submit(self._former, patch, current, new) if new and current.commit != base.commit else None
            )
            shown = rerun(self._suites, current.files, ground.unread, reproductions, threads)
            runs = changed_runs(self._suites, ground.as_left, ground.changed_on_base, ground.changed, threads)
        guarded = (suite, new_on_patch, *(one.on_patch for one in shown))
        evidence = Evidence(
            digest=patch.digest,
            base=patch.base,
            tests=new,
            provides=provided_names(patch),
            new_on_base=new_on_base.result(),
            new_on_patch=new_on_patch.result().report if new_on_patch else NOTHING,
            suite_on_base=suite_on_base,
            suite_on_patch=suite.result().report,
            types_alone=types_alone(patch),
            suspicions=(*objections(patch, reproductions), *_left_behind(patch, on_patch, base.files, ground.changed)),
            sandbox=self.sandbox.describe(self.environment),
            sentinels=told(self._suites, base.files, new, [one.result() for one in guarded if one is not None]),
            changed_tests=ground.changed,
            changed_runs=runs,
            documentation=ground.documentation,
            only_documentation=bool(ground.documentation) and len(ground.documentation) == len(patch.changes),
            reproductions=tuple(one.seen(leaving(current.files, on_patch, modules)) for one in shown),
            former=former.result() if former else None,
        )
        closer = Examination(replace(self._suites, on_result=None), patch, base.files, ground.on_base, on_patch)
        return closer.of(evidence, self._at_once(suite_on_base))

    def _former(self, patch: Patch, current: Snapshot, modules: tuple[str, ...]) -> FormerRuns:
        """The new tests on the pull request as it was. Raises SandboxError."""
        after = apply_patch(current.files, patch)
        changes = changes_between(current.files, after, is_test=is_test_path)
        run = replace(self._suites, on_result=None).run(
            {**current.files, **{path: after[path] for path in modules}}, modules
        )
        new = "\n\n".join(after[path].data.decode("utf-8", "replace") for path in modules)
        own = (current.files[path].data.decode("utf-8", "replace") for path in modules if path in current.files)
        return FormerRuns(
            commit=current.commit,
            new_tests=brief(run),
            provides=provided_names(Patch(base=current.commit, changes=changes)),
            changed=tuple(dict.fromkeys(name for text in own for name in not_kept(text, new))),
        )

    @property
    def _suites(self) -> Suites:
        return Suites(self.sandbox, self.settings, self.limits, self.environment, self.on_result)

    def _at_once(self, before: SuiteReport) -> int:
        """How many of the three runs go on at the same time, so that never more rooms than allowed are open."""
        calm = before.seconds <= CALM * self.settings.seconds
        return max(1, self.rooms) if calm and before.rooms == 1 else 1

    def _new(self, files: Tree, modules: tuple[str, ...]) -> SuiteReport:
        return self._suites.run(files, modules) if modules else NOTHING
