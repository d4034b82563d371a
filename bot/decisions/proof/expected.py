"""Expected: whether the tests that a run told of are those that were found where nothing had run yet.

Of an existing test the run on the base commit says that it is there, in a room that the patch never entered. Of a new
one a collection in a room of its own says it. An id may have a value in it that is another each time; then tests are
compared by their names.
"""

from collections.abc import Iterable, Iterator

from bot.decisions.proof.runs import by_id
from bot.words.evidence import Evidence
from sandbox.suite.report import BAD, SuiteReport, TestOutcome

NAMED = 3


def unexpected(evidence: Evidence) -> Iterator[str]:
    """Why the patch is not proven, as far as its new tests are not those that were found."""
    found = evidence.collected
    if found is None:
        return
    if not found.finished:
        yield f"The new tests could not be found in a room where none of them runs: {found.trouble}."
        return
    expected, ran = _names(found.ids), _names(evidence.new_on_patch.collected)
    if more := sorted(ran - expected):
        yield f"Tests ran that are not there when nothing has run yet: {_listed(more)}."
    if fewer := sorted(expected - ran):
        yield f"Tests are there when nothing has run yet, and did not run: {_listed(fewer)}."


def has_gone(evidence: Evidence) -> bool:
    """Whether a test of the base commit is not there on the patch, be it only by another id."""
    known = evidence.suite_on_base.collected
    return any(set(known) - set(report.collected) for report in suites_on_patch(evidence))


def suites_on_patch(evidence: Evidence) -> tuple[SuiteReport, ...]:
    """The runs of the whole suite on the patch."""
    return tuple(report for report in (evidence.suite_on_patch, evidence.suite_again) if report is not None)


def called_otherwise(evidence: Evidence) -> frozenset[str]:
    """Ids, of the base commit and of the patch, that say nothing: those of a test whose id is another each time.

    That is so when the id was not found a second time on the base commit either, though its test was. It is excused
    only where all that the same test has to say on the patch is no worse than before.
    """
    again = evidence.varying
    if again is None or not again.finished:
        return frozenset()
    before = by_id(evidence.suite_on_base)
    there = _names(again.ids)
    moving = {name_of(one) for one in set(before) - set(again.ids) if name_of(one) in there}
    failed = {name_of(one) for one, result in before.items() if result.outcome in BAD}
    excused = {one for one in before if name_of(one) in moving}
    for report in suites_on_patch(evidence):
        after = by_id(report)
        ran = {name_of(one) for one, result in after.items() if result.outcome is TestOutcome.PASSED}
        worse = {name_of(one) for one, result in after.items() if result.outcome is not TestOutcome.PASSED} - failed
        excused = {one for one in excused if name_of(one) not in worse and name_of(one) in ran | failed}
        excused |= {one for one in after if one not in before and name_of(one) in moving - worse}
    return frozenset(excused)


def name_of(test: str) -> str:
    """An id without the values in it."""
    return test.partition("[")[0]


def _names(ids: Iterable[str]) -> set[str]:
    return set(map(name_of, ids))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(name[:200] for name in names[:NAMED]) + more
