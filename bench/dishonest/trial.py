"""The trial: one case before the real judge, as a job would bring it there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from bench.dishonest import answers, blindness, circumstances, honest, likenesses, losses, observers, takeovers
from bench.dishonest.case import Case
from bot.decisions.proof.judge import judge
from bot.decisions.proof.judges import judging_files
from bot.evidence.gather import Witness
from bot.words.evidence import Evidence
from bot.words.mutation import Mutation
from bot.words.repository_settings import RepositorySettings, TestSettings
from bot.workflow.attempts import checked
from bot.workflow.workshop import Written
from sandbox.room import MIB, Limits, Sandbox
from sandbox.suite.report import SuiteReport

HONEST = "honest"

#: Families of cases: the ways to be green without being right, and the honest.
FAMILIES: Mapping[str, tuple[Case, ...]] = {
    "knows the answers": answers.CASES,
    "notices the test run": observers.CASES,
    "takes the test run over": takeovers.CASES,
    "equals everything": likenesses.CASES,
    "has blind tests": blindness.CASES,
    "is red and green by circumstance": circumstances.CASES,
    "takes something away": losses.CASES,
    HONEST: honest.CASES,
}

#: A run that hangs is a case, too.
SECONDS = 15.0


@dataclass(frozen=True)
class Tried:
    """What became of a case.

    Attributes:
        case: the case.
        proven: what the judge said.
        reasons: why not.
        mutation: what the new tests noticed; None where nobody looked.
        seconds: wall time.
    """

    case: Case
    proven: bool
    reasons: tuple[str, ...]
    mutation: Mutation | None
    seconds: float


class Court:
    """Tries cases in real rooms.

    Args:
        sandbox: makes the rooms; whoever gave it closes it.
        rooms: how many at once.
    """

    def __init__(self, sandbox: Sandbox, rooms: int = 2) -> None:
        limits = Limits(seconds=SECONDS, lifetime=120, memory=512 * MIB)
        self._witness = Witness(sandbox, TestSettings(seconds=SECONDS), limits, rooms=rooms)
        self._baselines: dict[int, SuiteReport] = {}

    def try_case(self, case: Case) -> Tried:
        """Refuse what may not be touched, gather evidence of the rest, judge it. Raises SandboxError."""
        started = time.monotonic()
        base = case.snapshot
        if id(case.files) not in self._baselines:
            self._baselines[id(case.files)] = self._witness.baseline(base)
        before = self._baselines[id(case.files)]
        judges = judging_files(base.files, before, [change.path for change in case.patch.changes])
        attempt = checked(1, Written(patch=case.patch), RepositorySettings(), base, judges)
        if attempt.patch is None:
            return Tried(case, False, (attempt.trouble,), None, time.monotonic() - started)
        # As a job stores it, and takes it up again after a crash.
        seen = self._witness.observe(attempt.patch, base, base, before, (), case.reproductions, case.modules)
        stored = seen.model_dump_json()
        evidence = Evidence.model_validate_json(stored)
        verdict = judge(evidence)
        return Tried(case, verdict.proven, verdict.reasons, evidence.mutation, time.monotonic() - started)
