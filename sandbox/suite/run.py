"""One run of pytest in a room, read from what our own reporter said as it happened."""

from collections.abc import Callable, Sequence

from sandbox.inside.share import Share
from sandbox.room import Room
from sandbox.suite.report import SuiteReport, TestResult
from sandbox.suite.session import run_session


def run_pytest(
    room: Room,
    *,
    paths: Sequence[str] = (),
    args: Sequence[str] = (),
    seconds: float,
    expected: Sequence[str] = (),
    workers: int | None = None,
    share: Share | None = None,
    on_result: Callable[[TestResult], None] | None = None,
    program: Sequence[str] = ("pytest_session",),
) -> SuiteReport:
    """Run pytest in the room's workspace.

    The pytest that runs is the repository's own, where its environment has one that the reporter knows (7.0 up
    to 9), else the sandbox's. Options of `addopts` that would keep it from running each test once are taken
    back (`--collect-only`, `-x`, `--pdb`, `--stepwise`), and those of pytest-xdist and pytest-cov mean nothing
    where the plugin is not installed.

    Args:
        room: a room that holds the files.
        paths: test files, folders or ids; empty means what pytest finds by itself.
        args: further arguments of pytest ("-m", "not slow").
        seconds: wall time, at most.
        expected: ids that must have a result, for example those that `collect` found in another room.
        workers: processes of pytest-xdist; None for what the repository's settings say, never more than the
            room has processors, and none where pytest-xdist is not installed.
        share: the part of the suite that this room runs; None for all of it. A share runs without workers.
        on_result: called with each result as it comes, in the thread that called this; what it raises ends the
            room. A test that is reported twice is told twice.
        program: which of our programs runs pytest, with arguments of its own.

    Returns:
        What happened. `finished` is True only when a regular end was told: not when the process left early,
        when a collected or expected test has no result, when pytest's exit code contradicts the results, or
        when pytest refused to start because of its configuration (an unknown option); `trouble` says which,
        and `text` holds what was printed.

        A known limit: the code under test runs in pytest's own process. Code that is written against this
        reporter can find it there, or change pytest itself, and have a false result told. What stands here
        protects from accidents and plain tricks; it is no proof against such code.

    Raises:
        SandboxError: pytest can't be started at all, or the room was gone before.
    """
    suite, execution = run_session(
        room, [*args, *paths], seconds=seconds, workers=workers, share=share, on_result=on_result, program=program
    )
    return suite.report(execution, expected=expected)
