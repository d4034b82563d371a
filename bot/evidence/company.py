"""Company: the whole suite again, where an existing test fails only among the others.

Alone such a test passes each time, so runs of it alone can't tell whether the patch is to blame.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from bot.decisions.proof.expected import suites_on_patch
from bot.decisions.proof.steadiness import fails_in, passes_in
from bot.evidence.repeats import brief
from bot.evidence.suite import Suites
from bot.words.evidence import Evidence
from bot.words.repeat import Company
from sandbox.files import Tree
from sandbox.suite.report import SuiteReport

#: Runs of the whole suite on each side; one where it takes longer than so many seconds.
EACH, LONG = 2, 300.0


@dataclass(frozen=True, slots=True)
class Companions:
    """Runs the whole suite again.

    Attributes:
        suites: runs tests.
        base: the workspace of the base commit.
        patch: the workspace with the patch.
        threads: how many rooms at once.
    """

    suites: Suites
    base: Tree
    patch: Tree
    threads: Executor

    def look(self, evidence: Evidence, tests: Sequence[str]) -> Company:
        """What is seen of these tests among all others, with what was seen of others before.

        The base commit runs first. With the patch it only runs again where a test did fail there, and was not seen to
        pass among the others with the patch yet: else the answer is known.

        Args:
            evidence: what was seen so far.
            tests: ids of existing tests that pass alone.

        Raises:
            SandboxError: no room could be had.
        """
        known = evidence.company
        base = known.on_base if known else self._runs(self.base, evidence.suite_on_base)
        patch = known.on_patch if known else ()
        seen = (*suites_on_patch(evidence), *patch)
        if any(fails_in(test, base) and not passes_in(test, seen) for test in tests):
            patch += self._runs(self.patch, evidence.suite_on_base)
        return Company(tests=(*(known.tests if known else ()), *tests), on_base=base, on_patch=patch)

    def _runs(self, files: Tree, before: SuiteReport) -> tuple[SuiteReport, ...]:
        times = EACH if before.seconds <= LONG else 1
        asked = [self.threads.submit(self.suites.whole, files, before) for _ in range(times)]
        return tuple(brief(one.result()) for one in asked)
