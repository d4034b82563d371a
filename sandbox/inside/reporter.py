"""The reporter: tells what pytest does, line by line as it happens. Runs inside the room.

It writes to a pipe that belongs to the runner. Each line carries the run's nonce and its number, so that a
lost line and one from somebody who merely found the pipe are noticed. What it knows stands in closures, and
what it writes with is bound here: a test that replaces `os.write` or an attribute of a plugin changes nothing.
Code in the same process that searches closures or the heap does find it: that is a known limit.
https://docs.pytest.org/en/stable/reference/reference.html#hooks
"""

import json
import os
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

LONGEST_MESSAGE = 4_000
LONGEST_ID = 900
SHORT = 300

IMPORT_NAME = re.compile(r"cannot import name '([^']+)' from (?:partially initialized module )?'([^']+)'")
MODULE_ATTRIBUTE = re.compile(r"module '([^']+)' has no attribute '([^']+)'")

Tell = Callable[..., None]


class Hooks:
    """A plugin of these functions. pytest binds them when it takes the plugin; later changes have no effect."""

    def __init__(self, *functions: Callable[..., Any]) -> None:
        vars(self).update({function.__name__: function for function in functions})


def open_report(descriptor: int, nonce: str) -> Tell:
    """What writes one line into the report pipe: `tell(kind, **fields)`."""
    os.set_inheritable(descriptor, False)
    write, getpid, encode = os.write, os.getpid, json.JSONEncoder().encode
    pid, number = getpid(), 0

    def tell(kind: str, **fields: Any) -> None:
        """Write one line at once, so that nothing stays behind when the process dies."""
        nonlocal number
        # A child that a test forked and forgot goes on as pytest, but not as this run.
        if getpid() != pid:
            return
        number += 1
        data = encode({"nonce": nonce, "number": number, "kind": kind, **fields}).encode() + b"\n"
        while data:  # a signal may cut a write short
            data = data[write(descriptor, data) :]

    return tell


def reporter(tell: Tell) -> list[Hooks]:
    """The plugins that tell what pytest does.

    A worker of pytest-xdist has none of them: it sends its reports to the main process, which tells them.
    """
    return [collection_hooks(tell), phase_hooks(tell)]


def collection_hooks(tell: Tell) -> Hooks:
    """Tell the start, what can't be collected, and what will run."""
    raised: dict[str, BaseException] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure() -> None:
        tell("start", pytest=pytest.__version__)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report() -> Any:
        """Keep the exception of a file that can't be collected: the report has only its text."""
        report = yield
        info = getattr(getattr(report, "call", None), "excinfo", None)
        if info is not None:
            raised[report.nodeid] = info.value
        return report

    def pytest_collectreport(report: pytest.CollectReport) -> None:
        if report.failed:
            error = cause(raised.pop(report.nodeid, None))
            tell(
                "broken",
                path=report.nodeid,
                exception=type(error).__name__ if error else "CollectError",
                message=cut(report.longreprtext),
                missing=missing(error),
            )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(session: pytest.Session) -> None:
        """In portions that fit a line."""
        ids = [short_id(item.nodeid) for item in session.items]
        for start in range(0, len(ids), 200):
            tell("collected", ids=ids[start : start + 200])

    return Hooks(pytest_configure, pytest_make_collect_report, pytest_collectreport, pytest_collection_finish)


def phase_hooks(tell: Tell) -> Hooks:
    """Tell the outcome of each phase of each test."""
    raised: dict[tuple[str, str], BaseException] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Remember what was really raised, before a hook of the repository may call it a success."""
        raised.pop((item.nodeid, call.when), None)  # of an earlier try that was not reported
        if call.excinfo is not None:
            raised[item.nodeid, call.when] = call.excinfo.value
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(report: pytest.TestReport) -> None:
        error = raised.pop((report.nodeid, report.when), None)
        if report.outcome not in ("passed", "failed", "skipped"):
            return  # "rerun" of pytest-rerunfailures: the test starts again and its last try counts
        tell("phase", **phase(report, error))

    return Hooks(pytest_runtest_makereport, pytest_runtest_logreport)


def phase(report: pytest.TestReport, error: BaseException | None) -> dict[str, Any]:
    """What is told of one phase; `error` is what was really raised in it."""
    failed = report.failed or (report.passed and is_failure(error) and not hasattr(report, "wasxfail"))
    text = report.longreprtext if report.failed else str(error or vars(report).get("wasxfail", ""))
    return {
        "id": short_id(report.nodeid),
        "when": report.when,
        "outcome": "failed" if failed else report.outcome,
        "xfail": hasattr(report, "wasxfail"),
        "seconds": report.duration,
        "exception": type(error).__name__ if failed and error else "",
        "message": cut(text) if failed else text[:SHORT],
        "missing": missing(cause(error)) if failed else "",
    }


def short_id(identity: str) -> str:
    """The id itself, or of a long one the beginning and a sha256 of the whole, so that no two become one."""
    if len(identity) <= LONGEST_ID:
        return identity
    return f"{identity[:LONGEST_ID]}...{sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()}"


def is_failure(error: BaseException | None) -> bool:
    """Whether this exception means that a test failed (a skip and an expected failure don't)."""
    return error is not None and not isinstance(error, (pytest.skip.Exception, pytest.xfail.Exception))


def cause(error: BaseException | None) -> BaseException | None:
    """The exception that a test file raised, without pytest's own wrapping."""
    while isinstance(error, pytest.Collector.CollectError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def missing(error: BaseException | None) -> str:
    """The module, "module:name" or name that was not there; "" for other errors."""
    if isinstance(error, ImportError):
        if found := IMPORT_NAME.search(str(error)):
            return f"{found[2]}:{found[1]}"
        return error.name or ""
    if isinstance(error, AttributeError):
        found = MODULE_ATTRIBUTE.search(str(error))
        return f"{found[1]}:{found[2]}" if found else ""
    return error.name or "" if isinstance(error, NameError) else ""


def cut(text: str) -> str:
    """The text's first and last part."""
    half = LONGEST_MESSAGE // 2
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:half]}\n[...]\n{text[-half:]}"
