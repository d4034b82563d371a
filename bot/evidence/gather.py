"""Gather evidence: the new tests on base and patch, the repository's own suite on both."""

from dataclasses import dataclass

from bot.decisions.changes import apply_patch
from bot.decisions.judges import judging_files
from bot.decisions.protection import is_test_module
from bot.decisions.provides import provided_names
from bot.decisions.suspicions import suspicions
from bot.evidence.suite import run_suite
from bot.words.evidence import Evidence
from bot.words.patch import Patch
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from sandbox.files import Tree
from sandbox.room import Limits, Outcome, Sandbox
from sandbox.suite.report import SuiteReport


@dataclass(frozen=True, slots=True)
class Witness:
    """Runs tests for evidence. It holds no model, no token and nothing that a model wrote but the patch.

    Attributes:
        sandbox: makes the fresh rooms.
        settings: the repository's test settings, from the base branch.
        limits: the limits of each room.
        environment: a prepared dependency environment, or None.
    """

    sandbox: Sandbox
    settings: TestSettings
    limits: Limits
    environment: str | None = None

    def baseline(self, base: Snapshot) -> SuiteReport:
        """The repository's own suite before anything is changed."""
        return self._run(base.files)

    def observe(self, patch: Patch, base: Snapshot, current: Snapshot, suite_on_base: SuiteReport) -> Evidence:
        """Observe one patch in three fresh rooms.

        Args:
            patch: what is to be proven.
            base: the snapshot that the patch is against.
            current: where the work went on from: the base, or the head of a pull request's branch, which may
                hold what people committed there.
            suite_on_base: what `baseline` saw of the same snapshot, in the same image.

        Raises:
            SandboxError: no room could be had.
        """
        new = tuple(change for change in patch.changes if change.test and change.path not in base.files)
        modules = tuple(c.path for c in new if c.after is not None and is_test_module(c.path))  # no data files
        on_base = apply_patch(base.files, Patch(base=patch.base, changes=new))
        judges = judging_files(base.files, suite_on_base) & set(current.files)
        # What is published is what is run, with each existing test as people left it: a patch can't bend its judges.
        on_patch = {**apply_patch(current.files, patch), **{path: current.files[path] for path in judges}}
        return Evidence(
            digest=patch.digest,
            base=patch.base,
            tests=modules,
            provides=provided_names(patch),
            new_on_base=self._run(on_base, modules),
            new_on_patch=self._run(on_patch, modules),
            suite_on_base=suite_on_base,
            suite_on_patch=self._run(on_patch),
            suspicions=suspicions(patch),
            sandbox=self.sandbox.describe(),
        )

    def _run(self, files: Tree, only: tuple[str, ...] | None = None) -> SuiteReport:
        if only is not None and not only:
            return SuiteReport(outcome=Outcome.FINISHED, finished=True)
        return run_suite(
            self.sandbox,
            files,
            self.settings,
            limits=self.limits,
            only=only or (),
            environment=self.environment,
        )
