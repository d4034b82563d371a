"""The reporter: tells what pytest does, line by line as it happens. Runs inside the room.

It writes to a pipe that belongs to the runner. Each line carries the run's nonce and its number, so that a
lost line and one from somebody who merely found the pipe are noticed.
https://docs.pytest.org/en/stable/reference/reference.html#hooks
"""

import json
import os
import re
from typing import Any, BinaryIO

import pytest

LONGEST_MESSAGE = 4_000
SHORT = 300

IMPORT_NAME = re.compile(r"cannot import name '([^']+)' from (?:partially initialized module )?'([^']+)'")
MODULE_ATTRIBUTE = re.compile(r"module '([^']+)' has no attribute '([^']+)'")


class Reporter:
    """A pytest plugin."""

    def __init__(self, pipe: BinaryIO, nonce: str) -> None:
        os.set_inheritable(pipe.fileno(), False)
        self.pipe = pipe
        self.nonce = nonce
        self.number = 0
        self.raised: dict[tuple[str, str], BaseException] = {}
        self.collecting: dict[str, BaseException] = {}
        self.in_worker = False
        self.pid = os.getpid()

    def tell(self, kind: str, **fields: Any) -> None:
        """Write one line; one system call, so that nothing stays behind when the process dies."""
        # A child that a test forked and forgot goes on as pytest, but not as this run.
        if not self.in_worker and os.getpid() == self.pid:
            self.number += 1
            line = json.dumps({"nonce": self.nonce, "number": self.number, "kind": kind, **fields})
            self.pipe.write(line.encode() + b"\n")
            self.pipe.flush()

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """A worker of pytest-xdist sends its reports to the main process, which tells them."""
        self.in_worker = hasattr(config, "workerinput")
        self.tell("start", pytest=pytest.__version__)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self) -> Any:
        """Keep the exception of a file that can't be collected: the report has only its text."""
        report = yield
        raised = getattr(getattr(report, "call", None), "excinfo", None)
        if raised is not None:
            self.collecting[report.nodeid] = raised.value
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell of a file that could not be collected."""
        if report.failed:
            error = cause(self.collecting.pop(report.nodeid, None))
            self.tell(
                "broken",
                path=report.nodeid,
                exception=type(error).__name__ if error else "CollectError",
                message=cut(report.longreprtext),
                missing=missing(error),
            )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell what will run, in portions that fit a line."""
        ids = [item.nodeid for item in session.items]
        for start in range(0, len(ids), 200):
            self.tell("collected", ids=[identity[:1000] for identity in ids[start : start + 200]])

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Remember what was really raised, before a hook of the repository may call it a success."""
        if call.excinfo is not None:
            self.raised[item.nodeid, call.when] = call.excinfo.value
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell the outcome of one phase of one test."""
        error = self.raised.pop((report.nodeid, report.when), None)
        failed = report.failed or (report.passed and is_failure(error) and not hasattr(report, "wasxfail"))
        text = report.longreprtext if report.failed else str(error or vars(report).get("wasxfail", ""))
        self.tell(
            "phase",
            id=report.nodeid[:1000],
            when=report.when,
            outcome="failed" if failed else report.outcome,
            xfail=hasattr(report, "wasxfail"),
            seconds=report.duration,
            exception=type(error).__name__ if failed and error else "",
            message=cut(text) if failed else text[:SHORT],
            missing=missing(cause(error)) if failed else "",
        )

    def leave(self, code: int) -> None:
        """The regular end, with pytest's own exit code."""
        self.tell("end", code=code)


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
