"""Shards: one long suite in several rooms at the same time, told as one run."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from sandbox.inside.share import MOST_NAMES, Share, marked
from sandbox.room import Outcome, Room, RoomDied
from sandbox.suite.pieces import LONGEST_TEXT
from sandbox.suite.plan import split
from sandbox.suite.report import SuiteReport, TestResult
from sandbox.suite.run import run_pytest

#: Exit codes of pytest; that of the whole is the first one that a room had.
#: https://docs.pytest.org/en/stable/reference/exit-codes.html
SERIOUS_FIRST = (3, 4, 2, 1, 0, 5)


def run_sharded(
    open_room: Callable[[], Room],
    units: Sequence[str],
    *,
    rooms: int,
    seconds: float,
    weights: Mapping[str, float] | None = None,
    paths: Sequence[str] = (),
    args: Sequence[str] = (),
    on_result: Callable[[TestResult], None] | None = None,
) -> SuiteReport:
    """Run a suite in several rooms.

    Each room gets the same files and the same arguments, and collects everything, as in one room: the same
    configuration is found, the same conftest files are loaded, in the same order, with the same hashes. Then it
    leaves out what another room runs. What was not named in `units` runs in the first room; so each test runs
    exactly once, also one that nobody knew of.

    What this can't keep: a fixture of the session is set up once in each room, and a test that needs what one in
    another file left behind no longer finds it. A suite like that fails in shards, and that is no fault of a
    patch; the other way round, a test that breaks another file's tests is not seen in another room. So a sharded
    run says something only beside a sharded run of what was before, and only of a suite of which a run in one
    room and a sharded one agreed (`sandbox.suite.plan.agrees`) before anything was changed.

    Args:
        open_room: opens a fresh room with the files, called once for each; each is closed when its part has ended.
        units: test files or ids that can be in different rooms.
        rooms: how many at the same time, at most.
        seconds: wall time, at most, of each.
        weights: seconds, or other sizes, of units; without them each counts the same.
        paths: as for `run_pytest`.
        args: as for `run_pytest`.
        on_result: as for `run_pytest`, called from several threads, but never twice at the same time.

    Returns:
        One report of all. `results` are in the order of `collected`. When a room died, `outcome` is its outcome,
        and what the others saw is there. Not `finished` when one room's run was not, when the rooms did not
        collect the same, or when a test ran in two rooms or in none.

    Raises:
        SandboxError: a room could not be had, or pytest not be started.
    """
    shares = shares_of(split(units, rooms, weights or {}))
    tell = one_at_a_time(on_result) if on_result else None

    def run(share: Share) -> SuiteReport:
        with open_room() as room:
            try:
                return run_pytest(
                    room, paths=paths, args=args, seconds=seconds, share=share, on_result=tell, program=("seeded", "0")
                )
            except RoomDied as error:
                return SuiteReport(outcome=Outcome.KILLED, trouble=str(error))

    with ThreadPoolExecutor(len(shares), thread_name_prefix="shard") as threads:
        return merged(list(threads.map(run, shares)))


def shares_of(parts: Sequence[Sequence[str]]) -> list[Share]:
    """The first share is what the others don't name, and they name no more than an order can hold."""
    most = MOST_NAMES // max(1, len(parts) - 1)
    others = [part[:most] for part in parts[1:]]
    return [marked((name for part in others for name in part), rest=True), *map(marked, others)]


def one_at_a_time(call: Callable[[TestResult], None]) -> Callable[[TestResult], None]:
    """The same function for several threads."""
    lock = threading.Lock()

    def locked(result: TestResult) -> None:
        with lock:
            call(result)

    return locked


def merged(reports: Sequence[SuiteReport]) -> SuiteReport:
    """One report of several rooms' reports of one suite."""
    collected = max((report.collected for report in reports), key=len)
    place = {identity: number for number, identity in enumerate(collected)}
    results = {result.id: result for report in reports for result in report.results}
    ended = [report.outcome for report in reports if report.outcome is not Outcome.FINISHED]
    codes = [report.exit_code for report in reports]
    trouble = _trouble(reports, collected)
    return SuiteReport(
        outcome=ended[0] if ended else Outcome.FINISHED,
        collected=collected,
        results=tuple(sorted(results.values(), key=lambda result: place.get(result.id, len(place)))),
        errors=tuple({error.path: error for report in reports for error in report.errors}.values()),
        running=tuple(one for report in reports for one in report.running),
        finished=not trouble,
        trouble=trouble,
        exit_code=next((code for code in SERIOUS_FIRST if code in codes), None),
        rooms=len(reports),
        seconds=max(report.seconds for report in reports),
        pytest=next((report.pytest for report in reports if report.pytest), ""),
        text="\n".join(report.text[-(LONGEST_TEXT // len(reports)) :] for report in reports),
    )


def _trouble(reports: Sequence[SuiteReport], collected: Sequence[str]) -> str:
    """What keeps several runs from being one, in a few words."""
    for number, report in enumerate(reports, 1):
        if not report.finished:
            return f"{report.trouble} (room {number} of {len(reports)})"
    if any(_found(report) != _found(reports[0]) for report in reports):
        return "the rooms did not collect the same tests"
    runs = Counter(result.id for report in reports for result in report.results)
    if twice := sum(count > 1 for count in runs.values()):
        return f"{twice} tests ran in more than one room"
    without = len(set(collected) - runs.keys())
    return f"{without} tests ran in no room" if without else ""


def _found(report: SuiteReport) -> tuple[tuple[str, ...], frozenset[str]]:
    return report.collected, frozenset(error.path for error in report.errors)
