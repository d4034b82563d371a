"""Steadiness: whether tests agree with themselves, the new ones and those that a patch seems to break."""

from collections.abc import Iterable, Sequence

from bot.decisions.proof.expected import suites_on_patch
from bot.decisions.proof.new_tests import judge_new_tests
from bot.decisions.proof.runs import by_id, irregularity
from bot.words.evidence import Evidence
from sandbox.suite.report import BAD, SuiteReport, TestOutcome

#: How many unsteady tests are named.
NAMED = 5


def unsteady(evidence: Evidence) -> Iterable[str]:
    """Why the patch is not proven, as far as its own tests do not always say the same."""
    yield from list(dict.fromkeys(_on_patch(evidence)))[:NAMED]
    yield from list(_on_base(evidence))[:NAMED]


def _on_patch(evidence: Evidence) -> Iterable[str]:
    first = by_id(evidence.new_on_patch)
    for repeat in evidence.repeats:
        order = f"with the order and the hashes of seed {repeat.seed}" if repeat.seed else "once more"
        trouble = irregularity(repeat.report)
        if trouble:
            yield f"The new tests, run again on the patch {order}, {trouble}."
            continue
        again = by_id(repeat.report)
        for test, result in first.items():
            now = again[test].outcome.value if test in again else "did not run"
            if now != result.outcome:
                yield f"{test} does not agree with itself: {result.outcome.value}, then {now} when run {order}."


def _on_base(evidence: Evidence) -> Iterable[str]:
    """A new test must be red twice, and for the same kind of reason."""
    if evidence.again_on_base is None:
        return
    again = judge_new_tests(evidence.model_copy(update={"new_on_base": evidence.again_on_base}))
    for one, other in zip(judge_new_tests(evidence), again, strict=True):
        if one.base is not other.base:
            yield (
                f"{one.id} does not agree with itself on the base commit: {one.base.value} the first time, "
                f"{other.base.value} the second."
            )


def flaky_before(evidence: Evidence) -> frozenset[str]:
    """Existing tests that seemed to break, but fail now and then without the patch as well: it is not to blame.

    Like is compared with like: runs of a test alone with each other, and runs of the whole suite with each other. One
    that needs others to have run before it fails alone each time, and that says nothing about the patch.
    """
    disputed = evidence.disputed
    alone = disputed.tests if disputed else ()
    on_base = disputed.on_base if disputed else ()
    flaky = {test for test in alone if len(set(outcomes(test, on_base))) > 1}
    return frozenset(flaky | flaky_in_company(evidence))


def flaky_in_company(evidence: Evidence) -> frozenset[str]:
    """Those that were seen to pass and to fail in runs of the whole suite, without the patch and with it.

    A test that never failed without the patch stays the patch's, and so does one that never passed with it.
    """
    company = evidence.company
    if company is None:
        return frozenset()
    base = (evidence.suite_on_base, *company.on_base)
    patch = (*suites_on_patch(evidence), *company.on_patch)
    return frozenset(test for test in company.tests if _both(test, base) and _both(test, patch))


def only_in_company(evidence: Evidence, broken: Iterable[str]) -> tuple[str, ...]:
    """Of tests that seem to break those that ran without the patch, and passed with it when they ran alone."""
    alone = evidence.disputed.on_patch if evidence.disputed else ()
    before = by_id(evidence.suite_on_base)
    return tuple(test for test in broken if test in before and TestOutcome.PASSED in outcomes(test, alone))


def fails_in(test: str, reports: Sequence[SuiteReport]) -> bool:
    """Whether a test failed in a run that can be relied on."""
    return bool(BAD & set(outcomes(test, reports)))


def passes_in(test: str, reports: Sequence[SuiteReport]) -> bool:
    """Whether a test passed in a run that can be relied on."""
    return TestOutcome.PASSED in outcomes(test, reports)


def _both(test: str, reports: Sequence[SuiteReport]) -> bool:
    return fails_in(test, reports) and passes_in(test, reports)


def outcomes(test: str, reports: Sequence[SuiteReport]) -> list[TestOutcome]:
    """How a test went in the runs that can be relied on."""
    found = [by_id(report).get(test) for report in reports if not irregularity(report)]
    return [result.outcome for result in found if result is not None]


def once_more(test: str, evidence: Evidence) -> str:
    """How a test that seems to break went when it ran again with the patch, ", passed alone"; "" where nobody knows."""
    alone = outcomes(test, evidence.disputed.on_patch) if evidence.disputed else []
    if TestOutcome.PASSED not in alone:
        return ""
    return ", passed alone" if set(alone) == {TestOutcome.PASSED} else ", not each time"
