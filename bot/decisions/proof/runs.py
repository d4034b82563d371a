"""Runs: whether one run of pytest can be relied on, and its results by test."""

from sandbox.room import Outcome
from sandbox.suite.report import CollectionError, SuiteReport, TestOutcome, TestResult


def irregularity(report: SuiteReport) -> str:
    """What keeps a run from being relied on ("timed out after 3 of 9 tests"); "" when nothing does."""
    results = {result.id for result in report.results}
    ended = sum(test in results for test in set(report.collected))
    of = f"after {ended} of {len(set(report.collected))} tests"
    if report.outcome is Outcome.TIMED_OUT:
        return f"timed out {of}"
    if report.outcome is not Outcome.FINISHED:
        return f"did not end by themselves ({report.outcome.value}) {of}"
    if not report.finished:
        return f"ended irregularly {of}: {report.trouble or 'pytest never came to its regular end'}"
    if ended < len(set(report.collected)):
        return f"are incomplete: results of {ended} of {len(set(report.collected))} collected tests"
    if results - set(report.collected):
        return "reported results of tests that were never collected"
    return ""


def by_id(report: SuiteReport) -> dict[str, TestResult]:
    """Results by node id. Of several results of one test the one that did not pass counts."""
    found: dict[str, TestResult] = {}
    for result in report.results:
        known = found.get(result.id)
        if known is None or known.outcome is TestOutcome.PASSED:
            found[result.id] = result
    return found


def collection_errors(report: SuiteReport) -> dict[str, CollectionError]:
    """Files that could not be collected, by path; the first error of each."""
    found: dict[str, CollectionError] = {}
    for error in report.errors:
        found.setdefault(error.path, error)
    return found
