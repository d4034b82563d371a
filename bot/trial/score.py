"""Score one finished job: its patch, with the hidden tests laid over it, in a fresh room."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.decisions.admission.needs import needs_of
from bot.decisions.admission.repository_settings import read_settings
from bot.decisions.editing.changes import apply_patch
from bot.evidence.suite import Suites
from bot.words.budget import Budget
from bot.words.exercise import Exercise, Score
from bot.words.patch import Patch
from bot.words.repository_settings import RepositorySettings
from bot.words.snapshot import Snapshot
from bot.workflow.story import SETTINGS_PATH
from sandbox.environment.prepare import prepare
from sandbox.files import File, Tree
from sandbox.room import Limits, Sandbox
from sandbox.suite.report import SuiteReport, TestOutcome

#: Characters of one failure, and of all feedback.
LONGEST_FAILURE, LONGEST_FEEDBACK = 1_500, 8_000


@dataclass(frozen=True)
class Examiner:
    """Runs hidden tests. Neither a model nor a job ever sees them.

    Attributes:
        sandbox: makes the fresh rooms.
        limits: of each room.
    """

    sandbox: Sandbox
    limits: Limits = field(default_factory=Limits)

    def score(self, exercise: Exercise, base: Snapshot, patch: Patch | None) -> Score:
        """What the hidden tests say of a patch.

        Args:
            exercise: what was to be done.
            base: the files that the job began with.
            patch: what the job wrote; None for nothing. Where the right answer was to refuse, give only a patch
                that would have been published.

        Raises:
            SandboxError: no room could be had.
            Refusal: the repository's `.github/intern.yml` can't be read.
        """
        if exercise.must_refuse:
            return _refusal(patch)
        if patch is None:
            return Score(passed=0, total=len(exercise.must_pass), failed=exercise.must_pass, feedback="No patch.")
        return scored(exercise.must_pass, self.run(exercise, base, apply_patch(base.files, patch)))

    def run(self, exercise: Exercise, base: Snapshot, files: Tree) -> SuiteReport:
        """Run the hidden tests over these files. Installs what the base commit asks for, never what a patch does."""
        settings, environment = self.ready(base)
        laid = {**files, **{path: File(text.encode()) for path, text in exercise.hidden.items()}}
        modules = sorted({identity.partition("::")[0] for identity in exercise.must_pass})
        return Suites(self.sandbox, settings.tests, self.limits, environment).run(laid, modules)

    def ready(self, base: Snapshot) -> tuple[RepositorySettings, str | None]:
        """The repository's settings, and the environment with what its tests need. Raises SandboxError and Refusal."""
        file = base.files.get(SETTINGS_PATH)
        settings = read_settings(file.data if file else None, Budget())
        needs = needs_of(base.files, settings.environment)
        return settings, prepare(self.sandbox, needs, base.files).name or None


def scored(must_pass: Iterable[str], report: SuiteReport) -> Score:
    """How many of these ids passed. What has no result, or whose file can't be imported, did not."""
    wanted = tuple(must_pass)
    failed = tuple(identity for identity in wanted if not _passed(identity, report))
    feedback = _told(failed, report) if failed else ""
    return Score(passed=len(wanted) - len(failed), total=len(wanted), failed=failed, feedback=feedback)


def _passed(identity: str, report: SuiteReport) -> bool:
    outcomes = [result.outcome for result in report.results if _is(result.id, identity)]
    collected = sum(_is(one, identity) for one in report.collected)
    return len(outcomes) >= max(1, collected) and all(outcome is TestOutcome.PASSED for outcome in outcomes)


def _is(result: str, identity: str) -> bool:
    return result == identity or ("[" not in identity and result.startswith(f"{identity}["))


def _told(failed: tuple[str, ...], report: SuiteReport) -> str:
    parts = [f"{error.path}: {error.message[:LONGEST_FAILURE]}" for error in report.errors]
    parts += [
        f"{result.id}: {result.outcome.value}: {result.message[:LONGEST_FAILURE]}"
        for result in report.results
        if result.outcome is not TestOutcome.PASSED and any(_is(result.id, identity) for identity in failed)
    ]
    if not report.finished:
        parts.append(f"The run did not end regularly: {report.trouble or report.outcome.value}.")
    return ("\n\n".join(parts) or f"No result of: {', '.join(failed)}.")[:LONGEST_FEEDBACK]


def _refusal(patch: Patch | None) -> Score:
    if patch is None:
        return Score(passed=1, total=1)
    return Score(passed=0, total=1, feedback="This had to be refused, and a patch was proven.")
