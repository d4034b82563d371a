"""Vacuity: whether the new tests would notice if the changed lines did something else."""

from collections.abc import Collection, Iterable

from bot.decisions.proof.new_tests import judge_new_tests
from bot.decisions.proof.runs import by_id, irregularity
from bot.decisions.testing.blind_tests import NOTHING
from bot.words.evidence import Evidence, Red
from bot.words.mutation import Fate, TriedMutant
from sandbox.room import Outcome
from sandbox.suite.report import SuiteReport, TestOutcome

#: Fewer mutants than this say nothing: a small change may have only one fault, which means the same as none. Unless
#: all that the new tests miss on the base is a name: then even one that goes unnoticed says that nothing is looked at.
LEAST, LEAST_FOR_A_NAME = 3, 1

#: A share says something from so many on, and has to be at least so large. The honest patches of the corpus
#: (`bench.dishonest`) notice three faults of four and more; but tests that ask for no more than an issue does may
#: notice half, and a reader sees the number. Tests that notice less than a third look away.
SHARE_LEAST, SHARE = 6, 1 / 3

NAMED = 3

#: What pytest tells of an asked type where there was no value.
NO_VALUE = ("isinstance(None,", "issubclass(<class 'NoneType'>,")


def passed(report: SuiteReport, expected: Collection[str]) -> str:
    """What keeps a run of the new tests from being all passed, in a few words; "" when nothing does."""
    trouble = irregularity(report)
    if trouble:
        return trouble
    results = by_id(report)
    for test in expected:
        outcome = results[test].outcome.value if test in results else "did not run"
        if outcome != TestOutcome.PASSED:
            return f"{test} {outcome}" if outcome == "did not run" else f"{test}: {outcome}"
    return f"{report.errors[0].path} can't be collected" if report.errors else ""


def fate_of(report: SuiteReport, expected: Collection[str]) -> Fate:
    """What a run of the new tests says of a mutant."""
    if report.outcome is Outcome.TIMED_OUT:
        return Fate.TIMED_OUT
    if report.outcome is Outcome.KILLED:
        return Fate.NOT_TRIED  # the room is lost, and nobody knows by whose doing
    return Fate.KILLED if passed(report, expected) else Fate.SURVIVED


def vacuous(evidence: Evidence) -> Iterable[str]:
    """Why the patch is not proven, as far as its tests don't notice what it does."""
    mutation, absent = evidence.mutation, red_by_absence(evidence)
    if mutation is not None and mutation.control != TestOutcome.PASSED:
        yield (
            "The new tests pass, but not when the same code is only spelled differently "
            f"({mutation.control}): they look at its text, not at what it does."
        )
        return
    if evidence.types_alone and (mutation is None or mutation.survivors or not mutation.tried):
        yield f"{NOTHING} {_named(mutation.survivors)}." if mutation and mutation.survivors else NOTHING
        return
    if mutation is not None and not mutation.killed and len(mutation.tried) < min(LEAST, len(mutation.mutants)):
        yield (
            f"Of {len(mutation.mutants)} faults in the changed lines only {len(mutation.tried)} could be tried, and "
            "the new tests noticed none: they take too long, or their rooms were lost, so it is not shown what they "
            "notice."
        )
        return
    if mutation is None or not mutation.tried:
        if absent:
            yield (
                "Without the change the new tests fail only because something is not there yet, and no fault could be "
                "put into a line that they run, so nothing is shown of what it does."
            )
        return
    tried, killed = len(mutation.tried), mutation.killed
    least = LEAST_FOR_A_NAME if absent else LEAST
    if tried >= least and not killed:
        yield (
            f"The new tests pass whatever the changed lines do: none of {tried} faults that were put into them "
            f"made a test fail. {_named(mutation.survivors)}."
        )
    elif tried >= SHARE_LEAST and killed < SHARE * tried:
        yield (
            f"The new tests hardly look at what the changed lines do: only {killed} of {tried} faults that were put "
            f"into them made a test fail. {_named(mutation.survivors)}."
        )


def types_unseen(evidence: Evidence) -> Iterable[str]:
    """Why tests that only ask for types show nothing: none of them saw another type without the change.

    One that fails there because something else was raised, or because there was nothing, would pass with any value of
    that type.
    """
    if not evidence.types_alone:
        return
    after = by_id(evidence.new_on_patch)
    before = by_id(evidence.new_on_base).values()
    saw = [
        one.id
        for one in before
        if one.exception == "AssertionError" and not any(none in one.message for none in NO_VALUE)
    ]
    if not any(test in after and after[test].outcome is TestOutcome.PASSED for test in saw):
        yield NOTHING


def red_by_absence(evidence: Evidence) -> bool:
    """Whether the new tests fail on the base only because something is not there yet: it may do anything, then."""
    reds = {test.base for test in judge_new_tests(evidence)} - {Red.GREEN}
    return reds == {Red.MISSING}


def unnoticed(evidence: Evidence) -> Iterable[str]:
    """The faults that no new test noticed, a sentence each: food for the next attempt."""
    if evidence.mutation and evidence.mutation.control == TestOutcome.PASSED:
        for mutant in evidence.mutation.survivors:
            yield f"{told(mutant)}, and no new test failed."


def told(mutant: TriedMutant) -> str:
    """Say "pkg/mod.py:12: `<` became `<=` in `a < b`"."""
    return f"{mutant.path}:{mutant.line}: {mutant.what}"


def _named(survivors: Collection[TriedMutant]) -> str:
    listed = "; ".join(told(mutant) for mutant in list(survivors)[:NAMED])
    return f"Unnoticed: {listed}" + (f"; and {len(survivors) - NAMED} more" if len(survivors) > NAMED else "")
