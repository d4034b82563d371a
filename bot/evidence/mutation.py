"""Mutation: run the new tests against copies of the patch with one small fault each.

Each run has a room of its own. One room for several mutants would be cheaper by a third, but code that runs in it
could tell the first run from the later ones, by files in /tmp, by the numbers of processes or by the age of the room,
and fail in all but the first: then every mutant would look as if it had been noticed.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from bot.decisions.mutants.choice import Mutant, mutants, mutated
from bot.decisions.proof.respelling import respelled
from bot.decisions.proof.vacuity import fate_of, passed
from bot.evidence.suite import Suites
from bot.words.mutation import Fate, Mutation, TriedMutant
from bot.words.patch import Patch
from sandbox.files import File, Tree
from sandbox.room import SandboxError
from sandbox.suite.report import TestOutcome

#: Wall time of all mutants, in seconds.
BOX = 120.0
#: How long one run may take: so many times the longest run without a fault, and so many seconds.
TIMES, SPARE = 3.0, 2.0


def mutate(
    suites: Suites,
    files: Tree,
    patch: Patch,
    modules: Sequence[str],
    tests: Collection[str],
    *,
    seconds: float,
    missed: Mapping[str, Collection[int]],
    threads: Executor,
    box: float = BOX,
) -> Mutation:
    """Try as many mutants as there is time for.

    Args:
        suites: runs tests.
        files: the workspace with the patch.
        patch: the patch.
        modules: the new test files.
        tests: ids of the new tests, all of which pass without a fault.
        seconds: wall time of the longest run without a fault.
        missed: lines that the tests don't run, by path.
        threads: how many rooms at once.
        box: wall time of all of it, in seconds; a run that has begun is not broken off.
    """
    trial = _Trial(suites, files, patch, modules, tests, seconds, box)
    chosen = [one for one in mutants(patch, missed) if _is_there(files, patch, one.path)]
    control = threads.submit(trial.control)
    asked = [threads.submit(trial.fate, mutant) for mutant in chosen]
    tried = [
        TriedMutant(path=one.path, line=one.line, what=one.what, fate=done.result())
        for one, done in zip(chosen, asked, strict=True)
    ]
    said = control.result()
    return Mutation(mutants=tuple(tried), control=said, seconds=trial.passed_time(), box=box)


@dataclass
class _Trial:
    """The runs of one patch; see `mutate`. Its time begins with the first of them, not when they are asked for."""

    suites: Suites
    files: Tree
    patch: Patch
    modules: Sequence[str]
    tests: Collection[str]
    seconds: float
    box: float
    began: float = 0.0

    def passed_time(self) -> float:
        """Seconds since the first run began."""
        self.began = self.began or time.monotonic()
        return time.monotonic() - self.began

    def control(self) -> str:
        """How the new tests go on the patch spelled differently: "passed", or what is wrong."""
        self.passed_time()
        spelled = {path: File(text.encode()) for path, text in respelled(self.patch).items()}
        report = self.suites.run({**self.files, **spelled}, self.modules, workers=0)
        self.seconds = max(self.seconds, report.seconds)  # beside other runs, as the mutants are
        return passed(report, self.tests) or TestOutcome.PASSED.value

    def fate(self, mutant: Mutant) -> Fate:
        """What becomes of one mutant."""
        if self.passed_time() > self.box:
            return Fate.NOT_TRIED
        file = self.files[mutant.path]
        faulty = {**self.files, mutant.path: replace(file, data=mutated(file.data.decode(), mutant).encode())}
        limit = TIMES * self.seconds + SPARE
        fate = self._run(faulty, limit)
        # On a busy machine a run may be late by no fault of its own: one that is late twice has one.
        return self._run(faulty, 2 * limit) if fate is Fate.TIMED_OUT else fate

    def _run(self, files: Tree, limit: float) -> Fate:
        short = self.suites.within(min(self.suites.settings.seconds, limit))
        try:
            return fate_of(short.run(files, self.modules, workers=0), self.tests)
        except SandboxError:
            return Fate.NOT_TRIED  # no room, or the room died: nothing is known of it


def _is_there(files: Tree, patch: Patch, path: str) -> bool:
    """Whether the workspace has the file as the patch leaves it."""
    return any(change.path == path and change.after == files[path].data.decode() for change in patch.changes)
