"""What was raised: exceptions of tests and of test files as plain data. PYTEST_DONT_REWRITE. Runs inside the room.

This file is also sent as text to the workers of pytest-xdist, where nothing of ours can be imported: it needs
nothing but pytest, and imports that only when it is used, because which pytest it is has to be decided first.
"""

import os
import re
from collections.abc import Callable
from typing import Any, NamedTuple

#: A report carries what was raised under this name from one process to another.
CARRIED = "_raised"
LONGEST_REASON = 300

IMPORT_NAME = re.compile(r"cannot import name '([^']+)' from (?:partially initialized module )?'([^']+)'")
MODULE_ATTRIBUTE = re.compile(r"module '([^']+)' has no attribute '([^']+)'")


class Watch(NamedTuple):
    """Hooks that see every exception, and what gives the one of a report, once.

    `take` returns {"failed": bool, "exception": str, "missing": str, "reason": str}, or None where nothing was
    raised.
    """

    hooks: tuple[Any, ...]
    take: Callable[[Any], dict[str, Any] | None]


def watch() -> Watch:
    """Remember what was really raised, before a hook of the repository may call it a success.

    Old style wrappers, because pluggy before 1.2 (with a pytest before 7.4) knows no others.
    """
    import pytest

    found: dict[tuple[str, str], dict[str, Any]] = {}
    harmless = (pytest.skip.Exception, pytest.xfail.Exception)
    wrapping = pytest.Collector.CollectError

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(item: Any, call: Any) -> Any:
        found.pop((item.nodeid, call.when), None)  # of an earlier try that was not reported
        error = exception(call.excinfo)
        if error is not None:
            found[item.nodeid, call.when] = described(error, harmless, wrapping)
        outcome = yield
        late = exception(call.excinfo) if error is None else None
        if late is not None:  # of a TestCase: pytest puts it there only in a hook of its own
            error, found[item.nodeid, call.when] = late, described(late, harmless, wrapping)
        if error is not None and not outcome.excinfo:  # for pytest-forked, where this is another process
            setattr(outcome.get_result(), CARRIED, found.get((item.nodeid, call.when)))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_make_collect_report() -> Any:
        """The report of a file that can't be collected has only its text."""
        outcome = yield
        report = None if outcome.excinfo else outcome.get_result()
        error = exception(getattr(getattr(report, "call", None), "excinfo", None))
        if report is not None and error is not None:
            found[report.nodeid, "collect"] = described(error, harmless, wrapping)

    def take(report: Any) -> dict[str, Any] | None:
        carried: dict[str, Any] | None = vars(report).pop(CARRIED, None)
        return found.pop((report.nodeid, getattr(report, "when", "collect")), carried)

    return Watch((pytest_runtest_makereport, pytest_make_collect_report), take)


def worker_hooks() -> dict[str, Callable[..., Any]]:
    """For a worker of pytest-xdist: each report carries what was raised to the main process."""
    import pytest

    hooks, take = watch()

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure() -> None:
        os.environ.pop("PYTEST_PLUGINS", None)  # it named this module, and is of no use to the tests

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(report: Any) -> None:
        setattr(report, CARRIED, take(report))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(report: Any) -> None:
        setattr(report, CARRIED, take(report))

    mine: tuple[Any, ...] = (pytest_configure, pytest_runtest_logreport, pytest_collectreport)
    return {hook.__name__: hook for hook in (*hooks, *mine)}


def exception(info: Any) -> BaseException | None:
    """The exception; None where there is none, or where a plugin put something else in its place."""
    try:
        return None if info is None else info.value
    except Exception:  # noqa: BLE001 - pytest-subtests does so for a skipped subtest
        return None


def described(error: BaseException, harmless: tuple[type, ...], wrapping: type) -> dict[str, Any]:
    """One exception: whether a test that raises it failed, its type, what was missing, its words."""
    while isinstance(error, wrapping) and error.__cause__ is not None:
        error = error.__cause__  # what a test file raised, without pytest's own wrapping
    try:
        reason = str(error)[:LONGEST_REASON]
        gone = missing(error)
    except Exception:  # noqa: BLE001 - the code's own __str__ may raise anything
        reason = gone = ""
    return {
        "failed": not isinstance(error, harmless),
        "exception": type(error).__name__,
        "missing": gone,
        "reason": reason,
    }


def missing(error: BaseException) -> str:
    """The module, "module:name" or name that was not there; "" for other errors."""
    if isinstance(error, ImportError):
        if named := IMPORT_NAME.search(str(error)):
            return f"{named[2]}:{named[1]}"
        return str(error.name or "")
    if isinstance(error, AttributeError):
        named = MODULE_ATTRIBUTE.search(str(error))
        return f"{named[1]}:{named[2]}" if named else ""
    return str(error.name or "") if isinstance(error, NameError) else ""
