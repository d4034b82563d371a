"""Reproduced: how the tests go with a patch that showed the fault before anything was written.

Whoever writes the new tests may leave such a test out, or ask less of it; then the new tests say nothing of the fault.
So it runs as it was, whatever they are. It can only speak against a patch. That it asks for something that nobody
wants is for the planner to say, by another test that fails without the change and passes with it, and that looks at a
result; both are told then.
"""

import re
from collections.abc import Iterator

from bot.decisions.proof.expected import name_of
from bot.decisions.proof.new_tests import ABSENCES, is_provided
from bot.decisions.proof.runs import by_id, irregularity
from bot.decisions.testing.blind_tests import blind_tests, types_alone
from bot.decisions.testing.reproductions import said
from bot.words.evidence import Evidence, Now, Reproduced, ReproductionRuns, Verdict
from bot.words.patch import FileChange, Patch
from bot.words.reproduction import Reproduction
from sandbox.suite.report import BAD, CollectionError, SuiteReport, TestOutcome, TestResult

NAMED = 3


def reproduced(evidence: Evidence) -> tuple[Reproduced, ...]:
    """Every such test that was run, in the order in which they were written."""
    if not evidence.reproductions:
        return ()
    newest = _of(evidence.reproductions[-1], replaced=False)
    stands_in = newest.now is Now.PASSES and not _is_blind(evidence.reproductions[-1].reproduction)
    return (*(_of(runs, replaced=runs.replaced and stands_in) for runs in evidence.reproductions[:-1]), newest)


def unmended(evidence: Evidence) -> Iterator[str]:
    """Why the patch is not proven, as far as the fault can still be seen."""
    for one in _in_the_way(reproduced(evidence)):
        yield (
            f"The test that showed the fault before any change still fails with it: {named(one)} ({one.detail}). "
            "It runs as it was then, whatever the new tests are."
        )


def stands_alone(verdict: Verdict) -> bool:
    """Whether nothing but tests that showed the fault are in a patch's way, as far as is known: they may be wrong."""
    return fails_still(verdict) and len(verdict.reasons) == len(_in_the_way(verdict.reproduced))


def fails_still(verdict: Verdict) -> bool:
    """Whether a test that showed the fault does not pass with the patch."""
    return bool(_in_the_way(verdict.reproduced))


def still_failing(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What such tests say with the patch, each by its name and in words whose first line names it."""
    for runs, one in zip(evidence.reproductions, reproduced(evidence), strict=True):
        if one.now is not Now.FAILS or one.replaced:
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


def _in_the_way(shown: tuple[Reproduced, ...]) -> tuple[Reproduced, ...]:
    return tuple(one for one in shown if one.now is Now.FAILS and not one.replaced)


def _is_blind(reproduction: Reproduction) -> bool:
    """Whether a test looks at no result: it takes no other one's place."""
    change = FileChange(path=reproduction.path, before=None, after=reproduction.test, test=True)
    patch = Patch(base="", changes=(change,))
    return types_alone(patch) or any(blind_tests(patch))


def _of(runs: ReproductionRuns, *, replaced: bool) -> Reproduced:
    red = _red(runs)
    base = next((said(result.exception, result.message) for result in red.values()), runs.reproduction.failure)
    now, detail = _now(runs)
    names = _showing(runs) or tuple(map(_short, runs.reproduction.tests)) or ("its test",)
    return Reproduced(tests=names, base=base, now=now, detail=detail, replaced=replaced)


def _now(runs: ReproductionRuns) -> tuple[Now, str]:
    """How the tests go, and what is to be known of that."""
    trouble = irregularity(runs.on_base)
    if not _showing(runs):
        why = f"without the change its tests {trouble}" if trouble else "it does not fail without the change any more"
        return Now.UNSURE, why
    now, detail = _with_patch(runs)
    if trouble and now is not Now.FAILS:  # it failed once, and what passes now may have passed before
        return Now.UNSURE, f"without the change its tests {trouble}"
    return now, detail


def _with_patch(runs: ReproductionRuns) -> tuple[Now, str]:
    """How those that show the fault go with the patch."""
    if trouble := irregularity(runs.on_patch):
        return Now.FAILS, f"its tests {trouble}"
    failed: list[CollectionError | TestResult] = [*runs.on_patch.errors, *(result for _, result in _failing(runs))]
    gone = [one for one in failed if _uses_what_goes(one, runs)]
    for one in failed:
        if one not in gone:
            return Now.FAILS, said(one.exception, one.message) or "it does not pass"
    if gone:
        return Now.GONE, f"the change takes `{gone[0].missing[:120]}` away, as the plan says"
    if lost := [test for test in _showing(runs) if not _results(runs.on_patch, test)]:
        return Now.FAILS, f"{lost[0][:120]} did not run"
    return Now.PASSES, ""


def _uses_what_goes(failed: CollectionError | TestResult, runs: ReproductionRuns) -> bool:
    """Whether a test can't be run for want of what the plan takes away.

    The test has to name it itself: what the patch's own code does not find, or says so of, is a fault of the patch.
    """
    parts = re.findall(r"\w+", failed.missing)
    if failed.exception == "AttributeError":
        parts = parts[-1:]  # of "Class.name" a test that has an instance names no class
    named_in_it = set(re.findall(r"\w+", runs.reproduction.test)).issuperset(parts)
    return named_in_it and is_provided(failed.missing, failed.exception, runs.leaving)


def _showing(runs: ReproductionRuns) -> tuple[str, ...]:
    """Names of the tests that show the fault without the patch; those that did once, where that run can't tell."""
    return runs.reproduction.tests if irregularity(runs.on_base) else tuple(_red(runs))


def _red(runs: ReproductionRuns) -> dict[str, TestResult]:
    """What is seen of that without the patch."""
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
