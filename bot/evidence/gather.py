"""Gather evidence: the new tests on base and patch, the repository's own suite on both."""

from dataclasses import dataclass

from bot.decisions.changes import apply_patch
from bot.decisions.protection import is_test_module, is_test_path
from bot.decisions.provides import provided_names
from bot.evidence.suite import run_suite
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from sandbox.files import Tree
from sandbox.report import SuiteReport
from sandbox.room import Limits, Outcome, Sandbox


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

    def observe(self, patch: Patch, base: Snapshot, suite_on_base: SuiteReport) -> Evidence:
        """Observe one patch in three fresh rooms.

        Args:
            patch: what is to be proven.
            base: the snapshot that the patch is against.
            suite_on_base: what `baseline` saw of the same snapshot, in the same image.

        Raises:
            SandboxError: no room could be had.
        """
        tests = tuple(c for c in patch.changes if c.test)
        code = Patch(base=patch.base, changes=tuple(c for c in patch.changes if not c.test))
        patched = self._with_base_tests(apply_patch(base.files, code), base.files)
        modules = tuple(path for path in patch.tests if is_test_module(path))  # data files are no arguments of pytest
        on_base, on_patch = _with(base.files, patch.base, tests), _with(patched, patch.base, tests)
        return Evidence(
            digest=patch.digest,
            base=patch.base,
            tests=modules,
            provides=provided_names(patch),
            new_on_base=self._run(on_base, modules),
            new_on_patch=self._run(on_patch, modules),
            suite_on_base=suite_on_base,
            suite_on_patch=self._run(patched),
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

    @staticmethod
    def _with_base_tests(patched: Tree, base: Tree) -> Tree:
        """The patched files with every existing test file in its base version: a patch can't bend its judges."""
        judges = {path: file for path, file in base.items() if is_test_path(path)}
        return {**patched, **judges}


def _with(files: Tree, base: str, tests: tuple[FileChange, ...]) -> Tree:
    return apply_patch(files, Patch(base=base, changes=tests))
