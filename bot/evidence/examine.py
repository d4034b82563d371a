"""Examine: look closer at a patch whose new tests look good so far.

What was seen in four runs may be chance, or say nothing about the change. So the tests run again, traced, and against
faults. Where the four runs leave no chance of a proof this is not done: it would take time and change nothing.
"""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from bot.decisions.judge import has_promise, newly_broken
from bot.decisions.reach import coverage_of, missed_lines, traced_files
from bot.evidence.mutation import mutate
from bot.evidence.repeats import TIMES, brief, dispute, repeat
from bot.evidence.suite import Suites
from bot.words.coverage import Coverage
from bot.words.evidence import Evidence
from bot.words.patch import Patch
from sandbox.files import Tree

#: Rooms at the same time, at most, whatever the machine has: what is measured against the clock must not be crowded.
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Examination:
    """What is looked at.

    Attributes:
        suites: runs tests.
        patch: the patch.
        base: the workspace of the base commit.
        on_base: the same with the new tests in it.
        on_patch: the workspace with the patch.
    """

    suites: Suites
    patch: Patch
    base: Tree
    on_base: Tree
    on_patch: Tree

    def of(self, evidence: Evidence, rooms: int) -> Evidence:
        """The evidence of the four runs, with all that a closer look shows.

        Args:
            evidence: what was seen so far.
            rooms: how many may be open at the same time.

        Raises:
            SandboxError: no room could be had.
        """
        if not has_promise(evidence):
            return evidence
        with ThreadPoolExecutor(min(AT_ONCE, max(1, rooms)), thread_name_prefix="examine") as threads:
            # A new test that fails among the others has nothing to be compared with.
            broken = sorted(test for test in newly_broken(evidence) if test.partition("::")[0] not in evidence.tests)
            if broken:
                disputed = dispute(self.suites, self.base, self.on_patch, broken, threads)
                evidence = evidence.model_copy(update={"disputed": disputed})
            # With a broken suite nothing is proven, whatever the new tests are worth.
            return evidence if newly_broken(evidence) else self._closer(evidence, threads)

    def _closer(self, evidence: Evidence, threads: Executor) -> Evidence:
        modules, tests = evidence.tests, evidence.new_on_patch.collected
        traced = threads.submit(self._trace, evidence)
        again = threads.submit(self.suites.run, self.on_base, modules)
        repeats = [threads.submit(repeat, self.suites, self.on_patch, modules, tests) for _ in range(TIMES)]
        coverage = traced.result()
        mutation = mutate(
            self.suites,
            self.on_patch,
            self.patch,
            modules,
            tests,
            seconds=evidence.new_on_patch.seconds,
            missed=missed_lines(coverage),
            threads=threads,
        )
        return evidence.model_copy(
            update={
                "again_on_base": brief(again.result()),
                "repeats": tuple(one.result() for one in repeats),
                "coverage": coverage,
                "mutation": mutation,
            }
        )

    def _trace(self, evidence: Evidence) -> Coverage:
        files = traced_files(self.patch)
        if not files:
            return Coverage()
        _, trace = self.suites.trace(self.on_patch, files, evidence.tests)
        return coverage_of(self.patch, trace)
