"""Suites: a repository that wants its failing test to be reported as a success by our own pytest."""

from sandbox.files import File
from sandbox.suite.report import SuiteReport
from sandbox.suite.run import run_pytest
from tests.redteam.arena import Arena, watched
from tests.redteam.attack import Attack, Seen, each, sections
from tests.redteam.steps import PRELUDE, steps_in

TEST = """
def test_it():
    assert False, "it fails"
"""

#: Before each conftest.py: it must have come to its trick.
TRIED = """
import os
def tried():
    os.write(1, b"\\nstep\\ttried\\tworked\\n")
"""
TRICKS = """
# an honest suite: Does nothing, as a control.
tried()

# an exit: Leaves with success before anything is tested.
tried()
os._exit(0)

# an exit in the middle: Leaves with success in the middle of the test.
import pytest
@pytest.fixture(autouse=True)
def leave():
    tried()
    os._exit(0)

# an exit at the end: Leaves with success when everything is over.
def pytest_sessionfinish(session):
    session.exitstatus = 0
    tried()
    os._exit(0)

# another exit code: Says at the end that all is well.
import pytest
@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    session.exitstatus = 0
    tried()

# another outcome: Changes each report before others see it.
import pytest
@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport():
    report = yield
    report.outcome, report.longrepr = "passed", None
    tried()
    return report

# another report: Makes the reports itself.
import pytest
from _pytest.reports import TestReport
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = TestReport.from_item_and_call(item, call)
    report.outcome, report.longrepr = "passed", None
    tried()
    return report

# no test: Takes the test away.
def pytest_collection_modifyitems(items):
    tried()
    items.clear()

# no reporter: Takes every plugin away that it does not know.
def pytest_configure(config):
    for plugin in list(config.pluginmanager.get_plugins()):
        if type(plugin).__name__ == "Hooks":
            config.pluginmanager.unregister(plugin)
            tried()

# lines of its own: Writes results into every pipe that it finds, with everything but the secret.
import json
def lines():
    phase = {"id": "test_a.py::test_it", "outcome": "passed", "xfail": False, "seconds": 0}
    phase |= {"exception": "", "message": "", "missing": "", "kind": "phase"}
    yield {"kind": "start"}
    yield {"kind": "collected", "ids": ["test_a.py::test_it"]}
    yield from ({**phase, "when": when} for when in ("setup", "call", "teardown"))
    yield {"kind": "end", "code": 0}
def pytest_sessionstart():
    for descriptor in range(64):
        for nonce in ("", "0" * 32):
            for number, line in enumerate(lines(), 1):
                try:
                    os.write(descriptor, json.dumps({"nonce": nonce, "number": number, **line}).encode() + b"\\n")
                except OSError:
                    pass
    tried()

# the secret: Looks for the run's secret where programs have theirs.
import glob, re, sys
def pytest_sessionstart():
    found = []
    for path in [*glob.glob("/proc/*/environ"), *glob.glob("/proc/*/cmdline")]:
        try:
            found += re.findall(rb"[0-9a-f]{32}", open(path, "rb").read())
        except OSError:
            pass
    found += [word for word in [*sys.argv, *os.environ.values()] if re.fullmatch("[0-9a-f]{32}", word)]
    rest = os.read(0, 100)
    os.write(1, f"\\nstep\\tthe secret\\t{found} {rest}\\n".encode())
    tried()

# another test: Puts a test of its own in the place of the one that is asked for.
def pytest_collection_modifyitems(items):
    for item in items:
        item.obj = lambda: None
    tried()

# another call: Runs the test itself and says that it went well.
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    tried()
    return True

# pytest itself changed: Replaces what calls a test, so that nothing is ever raised.
import _pytest.runner
real = _pytest.runner.CallInfo.from_call.__func__
def quiet(cls, func, when, reraise=None):
    def act():
        try:
            return func()
        except AssertionError:
            tried()
    return real(cls, act, when, reraise)
_pytest.runner.CallInfo.from_call = classmethod(quiet)

# the reporter found in memory: Finds our reporter's own function among all objects, and has it tell a success.
import gc, types
def pytest_sessionstart():
    for found in gc.get_objects():
        if isinstance(found, types.FunctionType) and {"encode", "nonce"} <= set(found.__code__.co_freevars):
            cells = dict(zip(found.__code__.co_freevars, found.__closure__))
            real = cells["encode"].cell_contents
            well = {"outcome": "passed", "exception": "", "message": "", "missing": ""}
            def lie(told):
                return real({**told, **well} if told["kind"] == "phase" else told)
            cells["encode"].cell_contents = lie
            tried()
def pytest_sessionfinish(session):
    session.exitstatus = 0
"""

WRITES = r"""
import glob, json, threading
beats = 0
def write():
    global beats
    while True:
        beats += 1
        for path in glob.glob("/proc/[0-9]*/fd/*"):
            try:
                if b"pytest_session" in open(path.rpartition("/fd/")[0] + "/cmdline", "rb").read():
                    os.write(os.open(path, os.O_WRONLY | os.O_NONBLOCK), b'{"kind": "end", "code": 0}\n')
            except OSError:
                pass
for _ in range(4):
    threading.Thread(target=write, daemon=True).start()
time.sleep(0.1)
say("control: writes", f"worked {beats > 0}")
"""


def reported(arena: Arena, attack: Attack) -> Seen:
    """What our report says of the failing test, and what the code printed."""
    files = {"test_a.py": File(TEST.encode()), "conftest.py": File((TRIED + attack.code).encode())}
    with watched(arena) as seen, arena.fresh(files=files) as room:
        report = run_pytest(room, seconds=20, args=["-s"])
        seen.update(steps_in(report.text))
        seen["claim"] = claim(report)
        seen["outcome"] = report.outcome.value
    return seen


def claim(report: SuiteReport) -> str:
    """What a reader of the report may believe of the test."""
    if not report.finished:
        return "no end"
    return ", ".join(result.outcome.value for result in report.results) or "no test"


def beside_the_interpreter(arena: Arena, attack: Attack) -> Seen:
    """With threads of the room's interpreter that wait for our pytest and write into its pipes."""
    with watched(arena) as seen, arena.fresh(files={"test_a.py": File(TEST.encode())}) as room:
        told = room.execute(PRELUDE + attack.code)
        seen.update(steps_in(told.stdout))
        seen["claim"] = claim(run_pytest(room, seconds=20))
        seen["error"] = told.error
    return seen


ATTACKS = (
    *(
        Attack(
            name,
            tries,
            code,
            each("tried", "worked")
            | each("claim", "failed" if name == "an honest suite" else "failed|no end|no test")
            | (each("the secret", r"\[\] b''") if name == "the secret" else {}),
            reported,
        )
        for name, tries, code in sections(TRICKS)
    ),
    Attack(
        "a thread beside pytest",
        "Has threads of the interpreter wait for our pytest, and write into its report.",
        WRITES,
        each("claim", "failed") | each("control: writes", "worked True"),
        beside_the_interpreter,
    ),
)
