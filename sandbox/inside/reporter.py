"""The reporter: tells what pytest does, line by line as it happens. Runs inside the room.

It is given to pytest as objects, and what it knows stands in closures: no option of a repository takes it away,
and an attribute that a test replaces changes nothing.
https://docs.pytest.org/en/stable/reference/reference.html#hooks
"""

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbox.inside.raised import watch
from sandbox.inside.report_pipe import Tell
from sandbox.inside.share import Share

if TYPE_CHECKING:
    import pytest  # at run time it is imported late: which pytest it is has to be decided first

LONGEST_ID = 900
LONGEST_MESSAGE = 4_000
LONGEST_OUTPUT = 2_000
LONGEST_SECONDS = 1e6
SHORT = 300
#: Characters of messages and of output in one run; when they are used up, only the first lines are told.
MOST_TEXT = 8 * 2**20
PORTION = 200

Name = Callable[[str], str]
Take = Callable[[Any], dict[str, Any] | None]


class Hooks:
    """A plugin of these functions. pytest binds them when it takes the plugin; later changes have no effect."""

    def __init__(self, *functions: Callable[..., Any]) -> None:
        vars(self).update({function.__name__: function for function in functions})


def reporter(tell: Tell, share: Share | None) -> tuple[list[Hooks], Callable[[], dict[str, Any]]]:
    """The plugins that tell what pytest does, and what gives the fields of the last line.

    Args:
        tell: writes a line.
        share: the part of the suite that runs here; None for all of it.
    """
    import pytest

    tell("start", pytest=pytest.__version__)
    watched, (named, name), (seen, counts) = watch(), naming(), counting()
    told = [file_hooks(tell, name, watched.take), id_hooks(tell, name, share), test_hooks(tell, name, watched.take)]
    return [named, Hooks(*watched.hooks), *told, seen], counts


def naming() -> tuple[Hooks, Name]:
    """A plugin that learns where pytest's root is, and what makes ids of it relative to the workspace.

    A repository's configuration may lie in a folder ("backend/pytest.ini"), and then that is what ids start from.
    https://docs.pytest.org/en/stable/reference/customize.html#finding-the-rootdir
    """
    import pytest

    home, root = os.getcwd(), ""  # noqa: PTH109 - strings all along: this runs for each line
    join, normal = os.path.join, os.path.normpath

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(config: "pytest.Config") -> None:
        nonlocal root
        root = str(config.rootpath)

    def name(identity: str) -> str:
        if not identity.isascii():  # half a surrogate pair can't leave this process
            identity = identity.encode("utf-8", "backslashreplace").decode()
        if root != home and identity:
            path, colons, rest = identity.partition("::")
            identity = f"{normal(join(root, path)).removeprefix(home + '/')}{colons}{rest}"
        return short_id(identity)

    return Hooks(pytest_configure), name


def file_hooks(tell: Tell, name: Name, take: Take) -> Hooks:
    """Tell which file is being collected, and which can't be."""
    import pytest

    def pytest_collectstart(collector: "pytest.Collector") -> None:
        if isinstance(collector, pytest.File):
            tell("collecting", path=name(collector.nodeid))

    def pytest_collectreport(report: "pytest.CollectReport") -> None:
        raised = take(report) or {}
        if report.failed:
            about = {"exception": raised.get("exception", "CollectError"), "missing": raised.get("missing", "")}
            tell("broken", path=name(report.nodeid), message=cut(text_of(report), LONGEST_MESSAGE), **about)

    return Hooks(pytest_collectstart, pytest_collectreport)


def id_hooks(tell: Tell, name: Name, share: Share | None) -> Hooks:
    """Tell what was found, and leave out what is not of this share."""
    import pytest

    workers_found = False

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(config: "pytest.Config", items: "list[pytest.Item]") -> Iterator[None]:
        """After everybody else."""
        yield
        if share is not None:
            tell_ids([item.nodeid for item in items])
            left = [item for item in items if not share.takes(name(item.nodeid))]
            items[:] = [item for item in items if share.takes(name(item.nodeid))]
            config.hook.pytest_deselected(items=left)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(session: "pytest.Session") -> None:
        if share is None:
            tell_ids([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(ids: list[str]) -> None:
        """With workers the main process collects nothing; all find the same, or pytest-xdist gives up."""
        nonlocal workers_found
        if not workers_found:
            tell_ids(ids)
        workers_found = True

    def tell_ids(ids: list[str]) -> None:
        for start in range(0, len(ids), PORTION):
            tell("collected", ids=[name(one) for one in ids[start : start + PORTION]])

    return Hooks(pytest_collection_modifyitems, pytest_collection_finish, pytest_xdist_node_collection_finished)


def test_hooks(tell: Tell, name: Name, take: Take) -> Hooks:
    """Tell which test begins, each phase that did not simply pass, and the end of each test.

    A phase that passed is not told: its time, and that the test was called, go into the test's next line. So a
    test that passes costs two lines.
    """
    import pytest

    left = MOST_TEXT
    held: dict[tuple[str, str], tuple[float, bool]] = {}
    given_up: set[tuple[str, str]] = set()

    def pytest_runtest_logstart(nodeid: str) -> None:
        tell("begun", id=name(nodeid))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(report: "pytest.TestReport") -> None:
        nonlocal left
        raised = take(report)
        key = report.nodeid, getattr(report, "worker_id", "")  # the same test may run in two workers
        if report.when == "setup":
            given_up.discard(key)
        if report.outcome not in ("passed", "failed", "skipped"):
            given_up.add(key)  # "rerun" of pytest-rerunfailures: the test starts again and its last try counts
        if key in given_up:
            held.pop(key, None)
            return
        if report.skipped and hasattr(report, "context"):
            return  # a part of a test (subtests) that was skipped; the test itself goes on
        fields = phase(report, raised, left > 0)
        seconds, called = held.pop(key, (0.0, False))
        fields["seconds"] = round(min(fields["seconds"] + seconds, LONGEST_SECONDS), 6)
        called = called or report.when == "call"
        goes_on = report.when in ("setup", "call")
        if goes_on and fields["outcome"] == "passed" and "xfail" not in fields:
            held[key] = fields["seconds"], called
            return
        if goes_on:
            held[key] = 0.0, called
        left -= len(fields.get("message", "")) + len(fields.get("output", ""))
        tell("phase", id=name(report.nodeid), called=called, **fields)

    return Hooks(pytest_runtest_logstart, pytest_runtest_logreport)


def counting() -> tuple[Hooks, Callable[[], dict[str, Any]]]:
    """A plugin that reads how many failures pytest itself counted, and what gives that for the last line.

    Once when its loop has ended, before plugins around it add to the count, as pytest-cov does for a coverage
    that is too low; once at the end.
    """
    import pytest

    sessions: list[pytest.Session] = []
    counted: list[int] = []

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_runtestloop(session: "pytest.Session") -> Iterator[None]:
        sessions.append(session)
        yield
        counted.append(session.testsfailed)

    def counts() -> dict[str, Any]:
        return {"counted": counted[-1], "total": sessions[-1].testsfailed} if counted else {}

    return Hooks(pytest_runtestloop), counts


def phase(report: "pytest.TestReport", raised: dict[str, Any] | None, at_length: bool) -> dict[str, Any]:
    """What is told of one phase; `raised` is what was really raised in it. What says nothing is left out."""
    expected = hasattr(report, "wasxfail")
    failed = report.failed or (report.passed and not expected and raised is not None and raised["failed"])
    fields: dict[str, Any] = {
        "when": report.when if report.when in ("setup", "call", "teardown") else "crash",  # of a worker
        "outcome": "failed" if failed else report.outcome,
        "seconds": max(0.0, min(report.duration, LONGEST_SECONDS)),  # a test may have moved the clock
    }
    if expected:
        fields["xfail"] = True
    reason = str(raised["reason"] if raised else getattr(report, "wasxfail", ""))
    if failed:
        fields["message"] = cut(text_of(report) or reason, LONGEST_MESSAGE if at_length else SHORT)
        fields["output"] = cut(output_of(report), LONGEST_OUTPUT if at_length else 0)
        fields.update({key: raised[key] for key in ("exception", "missing") if raised})
    elif reason:
        fields["message"] = reason[:SHORT]
    return fields


def text_of(report: "pytest.TestReport | pytest.CollectReport") -> str:
    """Pytest's explanation of a failure."""
    try:
        return report.longreprtext
    except Exception:  # noqa: BLE001 - a plugin of the repository may have put anything there
        return ""


def output_of(report: "pytest.TestReport") -> str:
    """What the test had written when this phase ended: standard output, standard error, log."""
    return "\n".join([f"--- {title} ---\n{text}" for title, text in report.sections])


def short_id(identity: str) -> str:
    """The id itself, or of a long one the beginning and a sha256 of the whole, so that no two become one."""
    if len(identity) <= LONGEST_ID:
        return identity
    return f"{identity[:LONGEST_ID]}...{sha256(identity.encode()).hexdigest()}"


def cut(text: str, limit: int) -> str:
    """The text's first and last part."""
    half = limit // 2
    return text if len(text) <= limit else f"{text[:half]}\n[...]\n{text[-half:]}" if half else ""
