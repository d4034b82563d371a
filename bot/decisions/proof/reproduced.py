"""Reproduced: how the tests go with a patch that showed the fault before anything was written.

Whoever writes the new tests may leave such a test out, or ask less of it; then the new tests say nothing of the fault.
So it runs as it was, whatever they are. It can only speak against a patch. That it asks for something that nobody
wants is for the planner to say, by another test that fails without the change; both are told then.
"""

from collections.abc import Collection, Iterator

from bot.decisions.proof.expected import name_of
from bot.decisions.proof.new_tests import ABSENCES, is_provided
from bot.decisions.proof.runs import by_id, irregularity
from bot.decisions.testing.reproductions import said
from bot.words.evidence import Evidence, Now, Reproduced, ReproductionRuns, Verdict
from sandbox.suite.report import BAD, CollectionError, SuiteReport, TestOutcome, TestResult

NAMED = 3


def reproduced(evidence: Evidence) -> tuple[Reproduced, ...]:
    """Every such test that was run, in the order in which they were written."""
    return tuple(map(_of, evidence.reproductions))


def unmended(evidence: Evidence) -> Iterator[str]:
    """Why the patch is not proven, as far as the fault can still be seen."""
    for one in reproduced(evidence):
        if one.now is Now.FAILS and not one.replaced:
            yield (
                f"The test that showed the fault before any change still fails with it: {named(one)} ({one.detail}). "
                "It runs as it was then, whatever the new tests are."
            )


def stands_alone(verdict: Verdict) -> bool:
    """Whether nothing but a test that showed the fault is in a patch's way, as far as is known: it may be wrong."""
    return fails_still(verdict) and len(verdict.reasons) == 1


def fails_still(verdict: Verdict) -> bool:
    """Whether a test that showed the fault does not pass with the patch."""
    return any(one.now is Now.FAILS and not one.replaced for one in verdict.reproduced)


def still_failing(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What such tests say with the patch, each by its name and in words whose first line names it."""
    for runs in evidence.reproductions:
        one = _of(runs)
        if one.now is not Now.FAILS or runs.replaced:
            continue
        report = runs.on_patch
        words = [error.message for error in report.errors]
        words += [result.message for _, result in _failing(runs)]
        name = f"The test that showed the fault ({named(one)})"
        yield name, f"{name}, as it was before any change:\n" + "\n\n".join(words or [report.text])


def named(one: Reproduced) -> str:
    """Its tests, a few of them by name."""
    more = f" and {len(one.tests) - NAMED} more" if len(one.tests) > NAMED else ""
    return ", ".join(test[:120] for test in one.tests[:NAMED]) + more


def _of(runs: ReproductionRuns) -> Reproduced:
    tests = _showing(runs)
    base = next((said(result.exception, result.message) for result in tests.values()), runs.reproduction.failure)
    now, detail = _now(runs, tests)
    names = tuple(tests or map(_short, runs.reproduction.tests)) or ("its test",)
    return Reproduced(tests=names, base=base, now=now, detail=detail, replaced=runs.replaced)


def _now(runs: ReproductionRuns, tests: Collection[str]) -> tuple[Now, str]:
    """How the tests go with the patch, and what is to be known of that."""
    if trouble := irregularity(runs.on_base):
        return Now.UNSURE, f"without the change its tests {trouble}"
    if not tests:
        return Now.UNSURE, "it does not fail without the change any more"
    if trouble := irregularity(runs.on_patch):
        return Now.FAILS, f"its tests {trouble}"
    failed: list[CollectionError | TestResult] = [*runs.on_patch.errors, *(result for _, result in _failing(runs))]
    gone = [one for one in failed if is_provided(one.missing, one.exception, runs.leaving)]
    for one in failed:
        if one not in gone:
            return Now.FAILS, said(one.exception, one.message) or "it does not pass"
    if gone:
        return Now.GONE, f"the change takes `{gone[0].missing[:120]}` away, as the plan says"
    if lost := [test for test in tests if not _results(runs.on_patch, test)]:
        return Now.FAILS, f"{lost[0][:120]} did not run"
    return Now.PASSES, ""


def _showing(runs: ReproductionRuns) -> dict[str, TestResult]:
    """The tests that show the fault without the patch, by their names."""
    known = set(runs.reproduction.tests)
    red = {_short(test): one for test, one in by_id(runs.on_base).items() if one.outcome in BAD and one.exception}
    return {name: one for name, one in red.items() if (name in known if known else one.exception not in ABSENCES)}


def _failing(runs: ReproductionRuns) -> Iterator[tuple[str, TestResult]]:
    """Those of them that do not pass with the patch, with their results there."""
    for test in _showing(runs):
        yield from ((test, one) for one in _results(runs.on_patch, test) if one.outcome is not TestOutcome.PASSED)


def _results(report: SuiteReport, test: str) -> list[TestResult]:
    """Results of a test; one whose id has another value in it each time is found by its name."""
    results = {_short(one): result for one, result in by_id(report).items()}
    if test in results:
        return [results[test]]
    return [result for name, result in results.items() if name_of(name) == name_of(test)]


def _short(test: str) -> str:
    """An id without its path."""
    return test.partition("::")[2] or test
