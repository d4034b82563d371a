"""Evidence: what fresh rooms observed of one patch. Verdict: what our code concludes from it."""

from enum import StrEnum

from pydantic import Field

from bot.words.coverage import Coverage
from bot.words.mutation import Mutation
from bot.words.plan import ChangedTest
from bot.words.repeat import Company, Disputed, Repeat
from bot.words.reproduction import Reproduction
from bot.words.tamper import Sentinels, WrongAnswers
from bot.words.value import Value
from sandbox.suite.report import Collection, SuiteReport


class ChangedRuns(Value):
    """Changed existing tests, and nothing else, run where they have to fail.

    Attributes:
        old_on_patch: as people left them, with the patch.
        new_on_base: as the patch has them, on the base commit.
        removed_on_patch: files of tests that the patch takes away, as people left them, with the patch.
    """

    old_on_patch: SuiteReport
    new_on_base: SuiteReport
    removed_on_patch: SuiteReport | None = None


class ReproductionRuns(Value):
    """A test that showed the fault, run once more exactly as it was, out of the patch and in rooms of its own.

    Its file had a name that nobody could foresee; in the reports it has the reproduction's own.

    Attributes:
        reproduction: the test.
        on_base: where it was seen to fail: on the base commit, for a refinement on the pull request as it was.
        on_patch: with the patch.
        leaving: names that the patch takes away because the plan says so, as in `Evidence.provides`.
        replaced: whether the planner put another test in its place since.
        wrong_answers: the same on the patch, each test with an answer that can't be right; None where nobody looked.
    """

    reproduction: Reproduction
    on_base: SuiteReport
    on_patch: SuiteReport
    leaving: tuple[str, ...] = ()
    replaced: bool = False
    wrong_answers: WrongAnswers | None = None


class FormerRuns(Value):
    """A pull request as it was before it was refined.

    Against the base commit a refinement's tests are red for want of the whole; here they are for want of what was asked
    for last.

    Attributes:
        commit: SHA of its head.
        new_tests: the new test files as they are now, run on it.
        provides: names that the refinement adds to it, as in `Evidence.provides`.
        changed: names of its own tests that are not as they were.
    """

    commit: str
    new_tests: SuiteReport
    provides: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Evidence(Value):
    """Runs of pytest, all in fresh rooms of the same image that no model entered.

    What stands below `sandbox` is measured only where the four runs above leave a chance of a proof, and is not in
    evidence that was stored by an earlier version: None and () mean "not measured", and prove nothing.

    Attributes:
        digest: digest of the patch that was observed.
        base: SHA of the base commit.
        tests: paths of the new test files.
        provides: dotted module names and "module:name" definitions that the patch adds, so that a red
            result because of exactly those can be told from a broken test file.
        new_on_base: the new test files on the base commit.
        new_on_patch: the new test files on the patch.
        suite_on_base: the repository's own suite on the base commit.
        suite_on_patch: the whole suite of what would be published, the new tests included.
        types_alone: whether all that the new tests look at is what type something has.
        suspicions: why the patch must not count as proven whatever its tests say, a sentence each.
        sandbox: one line: driver, image, Python.
        again_on_base: the new test files on the base commit, a second time.
        repeats: the new tests on the patch, again and in other orders.
        disputed: existing tests that the patch seems to break, looked at again.
        company: those of them that pass alone, looked at again among all others.
        coverage: which changed lines the new tests run.
        mutation: which faults in changed lines the new tests notice.
        sentinels: how tests of our own went that stood among those on the patch.
        wrong_answers: the new tests on the patch, each with an answer that can't be right.
        collected: ids of the new tests, found in a room in which none of them ran.
        suite_again: the whole suite of what would be published, a second time in another room.
        varying: the existing tests of the base commit, found a second time; only where some are gone on the patch, to
            tell a test that was taken away from one whose id is another each time.
        changed_tests: existing tests that the patch changes or takes away, as the plan says.
        changed_runs: how those went where they have to fail.
        documentation: files of the patch that nothing but people read. The new tests ran without their changes.
        only_documentation: the patch holds nothing else, so that no test can show it and none came with it.
        reproductions: tests that showed the fault before anything was written, run as they were; the newest one last.
        former: for a refinement: what the new tests did on the pull request as it was.
    """

    digest: str
    base: str
    tests: tuple[str, ...]
    provides: tuple[str, ...] = ()
    new_on_base: SuiteReport
    new_on_patch: SuiteReport
    suite_on_base: SuiteReport
    suite_on_patch: SuiteReport
    types_alone: bool = False
    suspicions: tuple[str, ...] = ()
    sandbox: str = ""
    again_on_base: SuiteReport | None = None
    repeats: tuple[Repeat, ...] = ()
    disputed: Disputed | None = None
    company: Company | None = None
    coverage: Coverage | None = None
    mutation: Mutation | None = None
    sentinels: Sentinels | None = None
    wrong_answers: WrongAnswers | None = None
    collected: Collection | None = None
    suite_again: SuiteReport | None = None
    varying: Collection | None = None
    changed_tests: tuple[ChangedTest, ...] = ()
    changed_runs: ChangedRuns | None = None
    documentation: tuple[str, ...] = ()
    only_documentation: bool = False
    reproductions: tuple[ReproductionRuns, ...] = ()
    former: FormerRuns | None = None


class Red(StrEnum):
    """Why a new test does not pass on the base commit.

    MISSING is red by absence: exactly a name that the patch adds is not there. That shows nothing of what the new code
    does, so where no other red stands beside it a fault in the new code has to be noticed
    (`bot.decisions.proof.vacuity`).
    """

    ASSERTION = "fails"
    MISSING = "missing feature"
    BROKEN = "broken test"
    GREEN = "passes already"


class NewTest(Value):
    """One new test in the verdict's table.

    Attributes:
        id: pytest's node id.
        base: how it went on the base commit.
        patch: outcome on the patch ("passed", "failed", ...).
        detail: the base failure in one line.
        former: for a refinement: how it went on the pull request as it was; None where that was not measured.
    """

    id: str
    base: Red
    patch: str
    detail: str = ""
    former: Red | None = None


class Now(StrEnum):
    """How a test that showed the fault goes with the patch.

    GONE: it uses what the plan takes away. UNSURE: without the patch it does not fail any more, or can't be run.
    """

    PASSES = "passes now"
    FAILS = "still fails"
    GONE = "can't be run"
    UNSURE = "says nothing"


class Reproduced(Value):
    """A test that showed the fault, in the verdict's table.

    Attributes:
        tests: its tests that showed it, by their names.
        base: the failure without the patch in one line; where there is none, as it was first seen.
        now: how they go with the patch.
        detail: what is to be known of that, in one line.
        replaced: whether the planner put another one in its place; then it is told and decides nothing.
    """

    tests: tuple[str, ...]
    base: str
    now: Now
    detail: str = ""
    replaced: bool = False


class Verdict(Value):
    """The conclusion.

    Attributes:
        proven: whether a pull request may be opened.
        reasons: when not proven: each reason in one sentence, the most useful first.
        tests: every new test with both results.
        suite_before: ("passed", 41), ... counts by outcome on the base commit.
        suite_after: likewise on the patch.
        flaky: existing tests that seemed to break, but fail now and then without the patch, too.
        renamed: existing tests that are compared by their names alone, as their ids are others each time.
        failures: pytest's own text of what fails on the patch, cut: food for the next attempt.
        gaps: when not proven: what the new tests don't notice or don't reach, a sentence each, likewise.
        score: share of what has to hold that does hold, 0.0 to 1.0; 1.0 exactly when proven.
        documentation: nothing but documentation changed. Proven means then that every existing test gives the same.
        reproduced: the tests that showed the fault before anything was written, the newest one last.
    """

    proven: bool
    reasons: tuple[str, ...] = ()
    tests: tuple[NewTest, ...] = ()
    suite_before: dict[str, int] = Field(default_factory=dict)
    suite_after: dict[str, int] = Field(default_factory=dict)
    flaky: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    failures: str = ""
    gaps: tuple[str, ...] = ()
    score: float = 0.0
    documentation: bool = False
    reproduced: tuple[Reproduced, ...] = ()
