"""Examine: look closer at a patch whose new tests look good so far.

What was seen in four runs may be chance, or say nothing about the change. So the tests run again, traced, and against
faults. Where the four runs leave no chance of a proof this is not done: it would take time and change nothing.
"""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from bot.decisions.proof.expected import has_gone
from bot.decisions.proof.judge import has_promise, newly_broken
from bot.decisions.proof.reach import coverage_of, missed_lines, traced_files
from bot.decisions.proof.steadiness import only_in_company
from bot.evidence.company import Companions
from bot.evidence.mutation import mutate
from bot.evidence.repeats import TIMES, brief, dispute, repeat, together
from bot.evidence.reproduced import answered_wrongly
from bot.evidence.sentinels import AGAIN, Guarded, answer_wrongly, guarded_suite, told
from bot.evidence.suite import Suites
from bot.words.coverage import Coverage
from bot.words.evidence import Evidence
from bot.words.patch import Patch
from bot.words.tamper import Sentinels
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
        if not (has_promise(evidence) or evidence.only_documentation):
            return evidence
        with ThreadPoolExecutor(min(AT_ONCE, max(1, rooms)), thread_name_prefix="examine") as threads:
            evidence = self._settled(evidence, threads)
            # With a broken suite nothing is proven, whatever the new tests are worth; documentation comes without any.
            if newly_broken(evidence) or evidence.only_documentation:
                return evidence
            return self._settled(self._closer(evidence, threads), threads)

    def _settled(self, evidence: Evidence, threads: Executor) -> Evidence:
        """The evidence with another look at the existing tests that seem to break, as far as none was taken yet."""
        if has_gone(evidence) and evidence.varying is None:
            evidence = evidence.model_copy(update={"varying": self.suites.collect(self.base)})
        before = evidence.disputed
        known = set(before.tests) if before else set()
        # A new test that fails among the others has nothing to be compared with.
        broken = sorted(test for test in newly_broken(evidence) if test.partition("::")[0] not in evidence.tests)
        if set(broken) - known:
            found = dispute(self.suites, self.base, self.on_patch, sorted(set(broken) - known), threads)
            evidence = evidence.model_copy(update={"disputed": together(before, found)})
        return self._among_others(evidence, threads)

    def _among_others(self, evidence: Evidence, threads: Executor) -> Evidence:
        """The same with another look at those that fail only among the others, where nothing else is in the way."""
        known, broken = set(evidence.company.tests) if evidence.company else set(), sorted(newly_broken(evidence))
        tests = only_in_company(evidence, broken)
        if not set(tests) - known or len(tests) < len(broken):
            return evidence
        new = [test for test in tests if test not in known]
        company = Companions(self.suites, self.base, self.on_patch, threads).look(evidence, new)
        return evidence.model_copy(update={"company": company})

    def _closer(self, evidence: Evidence, threads: Executor) -> Evidence:
        modules, tests = evidence.tests, evidence.new_on_patch.collected
        before, runs = evidence.suite_on_base, self.suites
        suite = threads.submit(guarded_suite, runs, self.on_patch, modules, before, AGAIN)  # the longest one first
        traced = threads.submit(self._trace, evidence)
        collected = threads.submit(runs.collect, self.on_patch, modules)
        wrong = threads.submit(answer_wrongly, runs, self.on_patch, modules, tests)
        shown = [threads.submit(answered_wrongly, runs, self.on_patch, one) for one in evidence.reproductions]
        again = threads.submit(runs.run, self.on_base, modules)
        repeats = [threads.submit(repeat, runs, self.on_patch, modules, tests) for _ in range(TIMES)]
        coverage = traced.result()
        mutation = mutate(
            runs,
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
                "suite_again": brief(suite.result().report),
                "sentinels": self._sentinels(evidence, suite.result()),
                "collected": collected.result().model_copy(update={"text": ""}),
                "wrong_answers": wrong.result(),
                "reproductions": tuple(
                    one.model_copy(update={"wrong_answers": answers.result()})
                    for one, answers in zip(evidence.reproductions, shown, strict=True)
                ),
                "again_on_base": brief(again.result()),
                "repeats": tuple(one.result() for one in repeats),
                "coverage": coverage,
                "mutation": mutation,
            }
        )

    def _sentinels(self, evidence: Evidence, suite: Guarded) -> Sentinels:
        """Those that were seen so far and one more."""
        more = told(self.suites, self.base, evidence.tests, [suite])
        before = evidence.sentinels or Sentinels(on_patch=())
        return Sentinels(on_patch=(*before.on_patch, *more.on_patch), control=before.control or more.control)

    def _trace(self, evidence: Evidence) -> Coverage:
        files = traced_files(self.patch)
        if not files:
            return Coverage()
        _, trace = self.suites.trace(self.on_patch, files, evidence.tests)
        return coverage_of(self.patch, trace)
