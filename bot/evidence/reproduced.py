"""Reproduced: tests that showed the fault before anything was written, run once more as they were.

A model wrote them, and nobody reads them as a patch is read: so each has rooms of its own, in which no other run can
be bent. Its file is in no patch and has another name each time, put together from the words of its tests.
"""

import re
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from typing import Any

from bot.decisions.proof.sentinels import path_beside
from bot.evidence.repeats import brief
from bot.evidence.sentinels import Guarded, answer_wrongly, chance, guard
from bot.evidence.suite import Suites
from bot.words.evidence import ReproductionRuns
from bot.words.reproduction import Reproduction
from bot.words.tamper import WrongAnswers
from sandbox.files import File, Tree
from sandbox.suite.report import SuiteReport

NAME = "the test that showed the fault"


@dataclass(frozen=True, slots=True)
class Laid:
    """A reproduction among files, under a name that nobody has.

    Attributes:
        reproduction: the test.
        files: with it.
        path: where it lies.
    """

    reproduction: Reproduction
    files: Tree
    path: str

    def told(self, report: SuiteReport) -> SuiteReport:
        """The report with the reproduction's own name: the other one is for nobody to know, and new each time."""
        return SuiteReport.model_validate(_renamed(report.model_dump(mode="json"), self.path, self.reproduction.path))


@dataclass(frozen=True, slots=True)
class Rerun:
    """One reproduction under way.

    Attributes:
        reproduction: the test.
        replaced: whether the planner put another one in its place.
        on_base: the run without the patch.
        on_patch: the run with it.
    """

    reproduction: Reproduction
    replaced: bool
    on_base: Future[SuiteReport]
    on_patch: Future[Guarded]

    def seen(self, leaving: tuple[str, ...]) -> ReproductionRuns:
        """What was seen; `leaving` is what the plan takes away. Raises SandboxError."""
        return ReproductionRuns(
            reproduction=self.reproduction,
            on_base=self.on_base.result(),
            on_patch=self.on_patch.result().report,
            leaving=leaving,
            replaced=self.replaced,
        )


def rerun(
    suites: Suites, base: Tree, patch: Tree, reproductions: Sequence[Reproduction], threads: Executor
) -> tuple[Rerun, ...]:
    """Run reproductions on both sides, the newest one last; those before it were replaced.

    Args:
        suites: runs tests.
        base: the repository where they were seen to fail.
        patch: with the patch.
        reproductions: the tests.
        threads: how many rooms at once.
    """
    quiet = replace(suites, on_result=None)
    return tuple(
        Rerun(
            one,
            one is not reproductions[-1],
            threads.submit(_without, quiet, base, one),
            threads.submit(_with, quiet, patch, one),
        )
        for one in reproductions
    )


def lay(reproduction: Reproduction, files: Tree) -> Laid:
    """Put a reproduction among files. None of its tests has the file's name: it would be another one then, too."""
    taken = [*files, *re.findall(r"\w+", reproduction.test)]
    path = path_beside(reproduction.path, reproduction.test, taken, chance())
    return Laid(reproduction, {**files, path: File(reproduction.test.encode("utf-8", "replace"))}, path)


def answered_wrongly(suites: Suites, files: Tree, runs: ReproductionRuns) -> WrongAnswers:
    """A reproduction with a wrong answer in each of its tests, on the patch. Raises SandboxError."""
    laid = lay(runs.reproduction, files)
    passed = [one.id.partition("::")[2] for one in runs.on_patch.results if one.outcome == "passed"]
    seen = answer_wrongly(suites, laid.files, [laid.path], [f"{laid.path}::{test}" for test in passed])
    return WrongAnswers.model_validate(_renamed(seen.model_dump(mode="json"), laid.path, runs.reproduction.path))


def _without(suites: Suites, files: Tree, reproduction: Reproduction) -> SuiteReport:
    laid = lay(reproduction, files)
    return brief(laid.told(suites.run(laid.files, [laid.path], workers=0)))


def _with(suites: Suites, files: Tree, reproduction: Reproduction) -> Guarded:
    laid = lay(reproduction, files)

    def run(some: Suites, tree: Tree, sentinel: str) -> SuiteReport:
        return some.run(tree, [laid.path, sentinel], workers=0)

    guarded = guard(suites, run, laid.files, [laid.path], NAME)
    return replace(guarded, report=brief(laid.told(guarded.report)))


def _renamed(value: Any, path: str, to: str) -> Any:
    """JSON in whose texts a file has another name; its module has as well, and nothing that only begins like it."""
    if isinstance(value, dict):
        return {key: _renamed(part, path, to) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, path, to) for part in value]
    return re.sub(rf"\b{re.escape(_stem(path))}\b", _stem(to), value) if isinstance(value, str) else value


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")
