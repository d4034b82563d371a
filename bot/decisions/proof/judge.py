"""Judge: what the evidence of one patch proves. Pure, strict, and the only way to a pull request.

Proven means: every new test ran and passed on the patch, each time and in any order; at least one of them failed on
the base commit for want of the change (not because the test itself is broken); the new tests run the changed lines
and notice faults in them; a test that showed the fault before anything was written passes now; and nothing that worked
before stopped working. Every rule below can only say no.
"""

from collections.abc import Iterable

from bot.decisions.proof.expected import called_otherwise, name_of, suites_on_patch, unexpected
from bot.decisions.proof.new_tests import judge_new_tests
from bot.decisions.proof.protection import is_test_module
from bot.decisions.proof.reach import unreached, unreached_lines
from bot.decisions.proof.reproduced import reproduced, unmended
from bot.decisions.proof.runs import by_id, collection_errors, irregularity
from bot.decisions.proof.sentinels import tampered
from bot.decisions.proof.steadiness import flaky_before, once_more, unsteady
from bot.decisions.proof.told_failures import told_failures
from bot.decisions.proof.vacuity import types_unseen, unnoticed, vacuous
from bot.decisions.proof.wrong_answers import believed
from bot.decisions.testing.changed_tests import is_changed, unneeded
from bot.decisions.testing.removed_tests import not_outlived
from bot.words.evidence import Evidence, NewTest, Now, Red, Verdict
from sandbox.suite.report import SuiteReport, TestOutcome, TestResult

#: Outcomes that count as a failure of the repository's own tests.
RED = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})

#: Outcomes of a test whose failure, if it has one, does not count.
UNRUN = frozenset({TestOutcome.SKIPPED, TestOutcome.XFAILED})

#: How many offenders one reason names.
NAMED = 5


def judge(evidence: Evidence) -> Verdict:
    """Conclude.

    Args:
        evidence: what fresh rooms observed of one patch.

    Returns:
        The verdict; `score` grows with every condition and test that holds and is 1.0 exactly when proven.
    """
    tests = judge_new_tests(evidence)
    broken = newly_broken(evidence)
    if evidence.only_documentation:
        return _of_documentation(evidence, broken)
    reasons = (
        *_against_the_tests(evidence, tests),
        *_about_suite(evidence, broken),
        *unexpected(evidence),
        *unsteady(evidence),
        *believed(evidence),
        *vacuous(evidence),
        *unreached(evidence),
    )
    proven = not reasons
    return Verdict(
        proven=proven,
        reasons=reasons,
        tests=tests,
        suite_before=_counts(evidence.suite_on_base),
        suite_after=_counts(evidence.suite_on_patch, without=frozenset(evidence.tests)),
        flaky=tuple(sorted(flaky_before(evidence))),
        renamed=tuple(sorted({name_of(test) for test in called_otherwise(evidence)})),
        failures="" if proven else told_failures(evidence, _runs(evidence), tests, broken),
        gaps=() if proven else (*unnoticed(evidence), *unreached_lines(evidence)),
        score=1.0 if proven else min(0.99, _score(evidence, tests, broken)),
        reproduced=reproduced(evidence),
    )


def _of_documentation(evidence: Evidence, broken: dict[str, str]) -> Verdict:
    """Of a patch that touches nothing that is run, imported or collected: all that can hold is that nothing changed.

    A new test for it would show no more than its own words.
    """
    reasons = (
        *evidence.suspicions,
        *_irregular(_runs(evidence)[2:]),
        *unmended(evidence),
        *_about_suite(evidence, broken),
        *(["It brings tests, which no documentation can make pass."] if _tests_in_it(evidence) else []),
    )
    return Verdict(
        proven=not reasons,
        reasons=reasons,
        suite_before=_counts(evidence.suite_on_base),
        suite_after=_counts(evidence.suite_on_patch),
        flaky=tuple(sorted(flaky_before(evidence))),
        failures="" if not reasons else told_failures(evidence, _runs(evidence), (), broken),
        score=0.5 if reasons else 1.0,
        documentation=True,
        reproduced=reproduced(evidence),
    )


def _tests_in_it(evidence: Evidence) -> bool:
    collected = {_file(test) for test in evidence.suite_on_patch.collected}
    return bool(evidence.tests) or not collected.isdisjoint(evidence.documentation)


def has_promise(evidence: Evidence) -> bool:
    """Whether the new tests look good so far, so that it is worth while to look closer.

    Args:
        evidence: of which the four runs are enough.
    """
    return not any(_against_the_tests(evidence, judge_new_tests(evidence)))


def _against_the_tests(evidence: Evidence, tests: tuple[NewTest, ...]) -> Iterable[str]:
    yield from evidence.suspicions
    yield from _about_runs(evidence)
    yield from tampered(evidence)
    yield from unneeded(evidence)
    yield from not_outlived(evidence)
    yield from unmended(evidence)
    yield from _about_new_tests(evidence, tests)
    yield from types_unseen(evidence)


def _runs(evidence: Evidence) -> tuple[tuple[str, SuiteReport], ...]:
    return (
        ("The new tests on the patch", evidence.new_on_patch),
        ("The new tests on the base commit", evidence.new_on_base),
        ("The existing tests on the patch", evidence.suite_on_patch),
        ("The existing tests on the base commit", evidence.suite_on_base),
    )


def _modules(evidence: Evidence) -> list[str]:
    """The new files that must have tests in them; a package's `__init__.py` or a data file need not."""
    return [path for path in evidence.tests if is_test_module(path)]


def _about_runs(evidence: Evidence) -> Iterable[str]:
    if not evidence.digest.strip():
        yield "The evidence names no patch."
    yield from _irregular(_runs(evidence))


def _irregular(runs: Iterable[tuple[str, SuiteReport]]) -> Iterable[str]:
    for name, report in runs:
        trouble = irregularity(report)
        if trouble:
            yield f"{name} {trouble}."


def _about_new_tests(evidence: Evidence, tests: tuple[NewTest, ...]) -> Iterable[str]:
    modules, errors = _modules(evidence), collection_errors(evidence.new_on_patch)
    if not modules:
        yield "The patch brings no new test file."
    for error in errors.values():
        what = f"{error.exception}: {_last_line(error.message)}"
        yield f"{error.path} can't be collected on the patch: {what}".rstrip(": .") + "."
    found = {_file(test.id) for test in tests}
    for path in modules:
        if path not in found and path not in errors:
            yield f"{path} has no test that pytest finds."
    yield from _about_results(tests)


def _about_results(tests: tuple[NewTest, ...]) -> Iterable[str]:
    bad = [test for test in tests if test.patch != TestOutcome.PASSED]
    if bad:
        listed = _named(f"{test.id} ({test.patch or 'did not run'})" for test in bad)
        yield f"{len(bad)} of {len(tests)} new tests did not pass on the patch: {listed}."
    broken = [test for test in tests if test.base is Red.BROKEN]
    if broken:
        listed = _named(f"{test.id} ({test.detail})" for test in broken)
        are = "new test is itself" if len(broken) == 1 else "new tests are themselves"
        yield f"{len(broken)} {are} broken on the base commit: {listed}."
    if tests and not any(test.base in (Red.ASSERTION, Red.MISSING) for test in tests):
        yield (
            "No new test fails without the change, so nothing is shown. "
            f"They pass already or are broken: {_named(test.id for test in tests)}."
        )


def _about_suite(evidence: Evidence, broken: dict[str, str]) -> Iterable[str]:
    trouble = irregularity(evidence.suite_again) if evidence.suite_again else ""
    if trouble:
        yield f"The existing tests, run again on the patch, {trouble}."
    if broken:
        listed = _named(f"{test} ({how}{once_more(test, evidence)})" for test, how in broken.items())
        what = "test of the suite does not pass" if len(broken) == 1 else "tests of the suite do not pass"
        yield f"{len(broken)} {what}: {listed}."
    before = {(error.path, error.exception) for error in evidence.suite_on_base.errors}
    new = [error for error in evidence.suite_on_patch.errors if (error.path, error.exception) not in before]
    if new:
        listed = _named(f"{error.path} ({error.exception})" for error in new)
        what = "existing test file" if len(new) == 1 else "existing test files"
        yield f"{len(new)} {what} can no longer be collected: {listed}."


def newly_broken(evidence: Evidence) -> dict[str, str]:
    """Existing tests that passed on the base commit and no longer do, newly fail, or do not run any more; with how.

    Both runs of the suite on the patch have to agree with the one before. Left out are tests that were seen to fail
    now and then without the patch, ids that are others each time, and tests that the plan says to change.
    """
    before = by_id(evidence.suite_on_base)
    broken: dict[str, str] = {}
    for report in suites_on_patch(evidence):
        if report is evidence.suite_on_patch or not irregularity(report):
            broken |= _worse(before, by_id(report))
    excused = flaky_before(evidence) | called_otherwise(evidence)
    return {test: how for test, how in broken.items() if test not in excused and not is_changed(test, evidence)}


def _worse(before: dict[str, TestResult], after: dict[str, TestResult]) -> dict[str, str]:
    worse = {}
    for test, result in before.items():
        now = after.get(test)
        if now is None:
            worse[test] = "gone"
        elif now.outcome is not result.outcome and (result.outcome is TestOutcome.PASSED or now.outcome in UNRUN):
            worse[test] = now.outcome.value
    for test, result in after.items():
        known = before.get(test)
        if result.outcome in RED and (known is None or known.outcome not in RED):
            worse[test] = result.outcome.value
    return worse


def _counts(report: SuiteReport, without: frozenset[str] = frozenset()) -> dict[str, int]:
    """Tests by outcome; those in the files `without` are counted elsewhere."""
    counts: dict[str, int] = {}
    for result in by_id(report).values():
        if _file(result.id) in without:
            continue
        counts[result.outcome.value] = counts.get(result.outcome.value, 0) + 1
    if report.errors:
        counts["not importable"] = len(report.errors)
    return counts


def _score(evidence: Evidence, tests: tuple[NewTest, ...], broken: dict[str, str]) -> float:
    runs = _runs(evidence)
    kept = sum(result.outcome is TestOutcome.PASSED for result in by_id(evidence.suite_on_base).values())
    found = {_file(test.id) for test in tests} - set(collection_errors(evidence.new_on_patch))
    modules = _modules(evidence)
    shares = (
        _share(sum(not irregularity(report) for _, report in runs), len(runs)),
        _share(sum(path in found for path in modules), len(modules)),
        _share(sum(test.patch == TestOutcome.PASSED for test in tests), len(tests)),
        _share(sum(test.base is not Red.BROKEN for test in tests), len(tests)),
        float(any(test.base in (Red.ASSERTION, Red.MISSING) for test in tests)),
        _share(kept, kept + len(broken)) if kept or broken else 1.0,
    )
    shown = [float(one.now is not Now.FAILS) for one in reproduced(evidence) if not one.replaced]
    return (sum(shares) + sum(shown)) / (len(shares) + len(shown))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _file(test: str) -> str:
    return test.partition("::")[0]


def _last_line(text: str) -> str:
    """The line of pytest's text that says most: its last "E" line, else the last line."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    marked = [line[1:].strip() for line in lines if line.startswith("E ")]
    return (marked or lines or [""])[-1][:200]


def _named(names: Iterable[str]) -> str:
    listed = [name[:200] for name in names]
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
