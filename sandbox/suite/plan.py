"""The plan of a sharded run: whether a suite is worth it, and which room runs what. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sandbox.suite.report import SuiteReport

#: A suite that takes no longer in one room stays there: more rooms cost a start and a collection each.
LONG_SECONDS = 30.0


def rooms_for(earlier: SuiteReport, cpus: int, long_seconds: float = LONG_SECONDS) -> int:
    """In how many rooms the same suite should run, after what one run in one room showed.

    One, unless that run ended regularly, took long, and has results of at least two files; then one for each
    processor, but no more than files, and none for less than a third of what is long.

    Args:
        earlier: an earlier run of the suite in one room.
        cpus: how many rooms may run at the same time.
        long_seconds: wall time from which on a suite is long.
    """
    files = len(seconds_by_file(earlier))
    if not earlier.finished or earlier.seconds <= long_seconds or files < 2:
        return 1
    return max(1, min(cpus, files, int(earlier.seconds / (long_seconds / 3))))


def seconds_by_file(report: SuiteReport) -> dict[str, float]:
    """Wall time of the tests of each file, in seconds."""
    found: dict[str, float] = {}
    for result in report.results:
        path = file_of(result.id)
        found[path] = found.get(path, 0.0) + result.seconds
    return found


def counts_by_file(ids: Iterable[str]) -> dict[str, float]:
    """How many tests each file has: the next best when nobody knows how long they take."""
    return dict(Counter(map(file_of, ids)))


def split(units: Sequence[str], rooms: int, weights: Mapping[str, float]) -> list[list[str]]:
    """Units in as many parts, about equally heavy: always the heaviest that is left to the lightest part.

    Args:
        units: test files, or ids.
        rooms: how many parts, at most; none is empty.
        weights: of the units; one that is missing counts as much as the others do on average.

    Returns:
        Parts, each in the order of `units`. Equal input gives equal parts.
    """
    known = [weights[unit] for unit in units if unit in weights]
    usual = sum(known) / len(known) if known else 1.0
    order = {unit: place for place, unit in enumerate(units)}
    parts: list[list[str]] = [[] for _ in range(min(rooms, len(order)))]
    loads = [0.0] * len(parts)
    for unit in sorted(order, key=lambda unit: (-weights.get(unit, usual), order[unit])):
        lightest = min(range(len(parts)), key=lambda part: (loads[part], len(parts[part])))
        parts[lightest].append(unit)
        loads[lightest] += weights.get(unit, usual)
    return [sorted(part, key=order.__getitem__) for part in parts]


def agrees(earlier: SuiteReport, later: SuiteReport) -> bool:
    """Whether a later run says of everything that an earlier one knew the same: each outcome, each broken file."""
    if not (earlier.finished and later.finished):
        return False
    before = {result.id: result.outcome for result in earlier.results}
    after = {result.id: result.outcome for result in later.results}
    broken = {error.path for error in earlier.errors}
    return broken == {error.path for error in later.errors} and all(
        after.get(test) is outcome for test, outcome in before.items()
    )


def file_of(identity: str) -> str:
    """The test file in an id."""
    return identity.partition("::")[0]
