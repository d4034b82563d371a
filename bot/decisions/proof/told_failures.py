"""Told failures: pytest's own words about what went wrong with a patch, for the next attempt and for a reader."""

from collections.abc import Iterator, Mapping, Sequence

from bot.decisions.proof.reproduced import still_failing
from bot.decisions.proof.runs import by_id, irregularity
from bot.words.evidence import Evidence, NewTest, Red
from sandbox.suite.report import CollectionError, SuiteReport

#: Characters of all that is told, and of one failure.
FAILURES_LIMIT, FAILURE_LIMIT = 4000, 1600

SAME = "the same as above"


def told_failures(
    evidence: Evidence, runs: Sequence[tuple[str, SuiteReport]], tests: Sequence[NewTest], broken: Mapping[str, str]
) -> str:
    """What still shows the fault first, then the new tests, then what broke; a failure of several runs is told once.

    Args:
        evidence: of the patch.
        runs: the runs by what they are called.
        tests: the new tests.
        broken: existing tests that broke, with how; new ones that fail among the others may be there, too.
    """
    told: dict[str, str] = {}
    seen: set[str] = set()
    for name, text in _failures(evidence, runs, tests, broken):
        head, _, message = text.strip().partition("\n")
        if name not in told:
            told[name] = f"{head}: {SAME}" if message.strip() in seen - {""} else text
            seen.add(message.strip())
    return _joined([*told.values()])


def _failures(
    evidence: Evidence, runs: Sequence[tuple[str, SuiteReport]], tests: Sequence[NewTest], broken: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What failed by its name, and in words whose first line names it."""
    new, after = by_id(evidence.new_on_patch), by_id(evidence.suite_on_patch)
    before = {(error.path, error.exception) for error in evidence.suite_on_base.errors}
    yield from still_failing(evidence)
    yield from map(_uncollected, evidence.new_on_patch.errors)
    for test in tests:
        if test.id in new and test.patch != "passed":
            yield test.id, f"{test.id}: {test.patch}\n{new[test.id].message}{_likewise(test)}"
    for error in evidence.suite_on_patch.errors:
        if (error.path, error.exception) not in before:
            yield _uncollected(error)
    for name, how in broken.items():
        yield name, f"{name}: {how}\n{after[name].message if name in after else ''}"
    for test in tests:
        if test.base is Red.BROKEN and (test.id not in new or test.patch == "passed"):
            yield f"{test.id} on base", f"{test.id} on the base commit: {test.detail}"
    for name, report in runs:
        if irregularity(report):
            yield name, f"{name}:\n{report.text}"


def _likewise(test: NewTest) -> str:
    """That a test that does not pass on the patch is broken on the base commit, too."""
    return f"\nOn the base commit: {test.detail}" if test.base is Red.BROKEN else ""


def _uncollected(error: CollectionError) -> tuple[str, str]:
    return error.path, f"{error.path}: {error.exception}\n{error.message}"


def _joined(parts: Sequence[str]) -> str:
    text = ""
    for part in parts:
        short = _cut(part.strip(), FAILURE_LIMIT)
        if text and len(text) + len(short) + 2 > FAILURES_LIMIT:
            return text
        text = f"{text}\n\n{short}" if text else short
    return text


def _cut(text: str, limit: int) -> str:
    """The beginning and the end: pytest says what failed at the top and why at the bottom."""
    if len(text) <= limit:
        return text
    head = limit // 3
    return f"{text[:head].rstrip()}\n[…]\n{text[-(limit - head - 5) :].lstrip()}"
