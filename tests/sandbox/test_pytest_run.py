"""What pytest did, as told by our own reporter, whatever the repository does about it."""

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.files import File
from sandbox.room import MIB, Limits, Outcome, Sandbox
from sandbox.suite.collect import collect
from sandbox.suite.report import SuiteReport, TestOutcome
from sandbox.suite.run import run_pytest


@pytest.fixture
def room(sandbox: Sandbox):
    with sandbox.open({}, limits=Limits(seconds=60, lifetime=180, memory=256 * MIB)) as made:
        yield made


def run(room: AgentRoom, files: dict[str, str], seconds: float = 30, **options) -> SuiteReport:
    room.put({path: File(text.encode()) for path, text in files.items()})
    return run_pytest(room, seconds=seconds, **options)


def outcomes(report: SuiteReport) -> dict[str, str]:
    return {result.id.rpartition("::")[2]: result.outcome.value for result in report.results}


EVERY_OUTCOME = """
import pytest
from pkg.mod import one

def test_passes(): assert one() == 1
def test_fails(): assert one() == 2, 'because'
@pytest.mark.skip(reason='not today')
def test_skipped(): pass
@pytest.mark.xfail
def test_xfailed(): assert False
@pytest.mark.xfail
def test_xpassed(): pass
@pytest.mark.xfail(strict=True)
def test_strict(): pass
@pytest.fixture
def bad(): 1 / 0
def test_setup(bad): pass
@pytest.fixture
def late():
    yield
    raise OSError('late')
def test_teardown(late): pass
@pytest.mark.parametrize('n', [1, 2])
def test_many(n): assert n == 1
"""


def test_every_outcome_is_told_with_its_reason(room: AgentRoom) -> None:
    report = run(
        room,
        {
            "src/pkg/__init__.py": "",
            "src/pkg/mod.py": "def one(): return 1\n",
            "tests/test_x.py": EVERY_OUTCOME,
        },
    )

    assert report.finished
    assert report.outcome is Outcome.FINISHED
    assert outcomes(report) == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_skipped": "skipped",
        "test_xfailed": "xfailed",
        "test_xpassed": "xpassed",
        "test_strict": "failed",
        "test_setup": "error",
        "test_teardown": "error",
        "test_many[1]": "passed",
        "test_many[2]": "failed",
    }
    told = {result.id: result for result in report.results}
    assert report.collected == tuple(told)
    failed = told["tests/test_x.py::test_fails"]
    assert failed.exception == "AssertionError"
    assert "because" in failed.message
    assert "assert 1 == 2" in failed.message
    assert told["tests/test_x.py::test_skipped"].message.endswith("not today")
    assert told["tests/test_x.py::test_teardown"].exception == "OSError"
    assert "3 failed" in report.text


def test_what_was_missing_is_named(room: AgentRoom) -> None:
    report = run(
        room,
        {
            "pkg/__init__.py": "",
            "test_run.py": """
import pkg
def test_module(): import pkg.nope
def test_top(): import nope.deep
def test_name(): from pkg import thing
def test_attribute(): pkg.other
def test_object(): object().other
def test_global(): undefined
def test_value(): int('x')
""",
            "test_a.py": "import pkg.absent\n",
            "test_b.py": "from pkg import absent\n",
            "test_c.py": "def broken(:\n",
            "test_d.py": "import pkg\npkg.absent()\n",
        },
    )

    assert report.finished
    assert {result.id.rpartition("_")[2]: result.missing for result in report.results} == {
        "module": "pkg.nope",
        "top": "nope",
        "name": "pkg:thing",
        "attribute": "pkg:other",
        "object": "",
        "global": "undefined",
        "value": "",
    }
    assert [(error.path, error.exception, error.missing) for error in report.errors] == [
        ("test_a.py", "ModuleNotFoundError", "pkg.absent"),
        ("test_b.py", "ImportError", "pkg:absent"),
        ("test_c.py", "SyntaxError", ""),
        ("test_d.py", "AttributeError", "pkg:absent"),
    ]


def test_only_collecting(room: AgentRoom) -> None:
    room.put({"test_a.py": File(b"def test_one(): pass\ndef test_two(): assert 0\n")})

    found = collect(room, seconds=30)

    assert found.finished
    assert found.ids == ("test_a.py::test_one", "test_a.py::test_two")


def test_paths_and_arguments_choose(room: AgentRoom) -> None:
    files = {
        "test_a.py": "def test_one(): pass\ndef test_two(): pass\n",
        "test_b.py": "def test_three(): pass\n",
    }

    assert run(room, files, paths=["test_a.py"], args=["-k", "two"]).collected == ("test_a.py::test_two",)


def test_a_repository_without_tests(room: AgentRoom) -> None:
    report = run(room, {"README": "nothing"})

    assert (report.finished, report.collected, report.results) == (True, (), ())


HANGING = """
import time
def test_one(): pass
def test_hangs(): time.sleep(99)
def test_never(): pass
"""


def test_a_hanging_suite_still_tells_what_passed_before(room: AgentRoom) -> None:
    report = run(room, {"test_a.py": HANGING}, seconds=6)

    assert report.outcome is Outcome.TIMED_OUT
    assert not report.finished
    assert outcomes(report) == {"test_one": "passed"}
    assert len(report.collected) == 3


def test_a_suite_that_needs_too_much_memory(room: AgentRoom) -> None:
    report = run(room, {"test_a.py": "def test_one(): pass\ndef test_big(): bytearray(2**30)\n"})

    assert report.outcome is Outcome.OUT_OF_MEMORY
    assert outcomes(report) == {"test_one": "passed"}


def test_an_option_of_a_missing_plugin_is_told(room: AgentRoom) -> None:
    files = {"pytest.ini": "[pytest]\naddopts = --reuse-db\n", "test_a.py": "def test_one(): pass\n"}

    report = run(room, files)

    assert not report.finished
    assert report.outcome is Outcome.FINISHED
    assert "unrecognized arguments: --reuse-db" in report.text


PASSING = "def test_one(): pass\ndef test_two(): assert False\n"
LEAVING = "import os\nos._exit(0)\n"


@pytest.mark.parametrize(
    "files",
    [
        {"conftest.py": LEAVING, "test_a.py": PASSING},
        {"test_a.py": "import os\ndef test_one(): pass\ndef test_two(): os._exit(0)\n"},
        {"test_a.py": "import os, signal\ndef test_one(): pass\ndef test_two(): os.kill(os.getpid(), 9)\n"},
        {"test_a.py": "import pytest\ndef test_one(): pass\ndef test_two(): pytest.exit('bye', 0)\n"},
        {
            "conftest.py": "import atexit, os\ndef pytest_runtest_teardown():\n    os._exit(0)\n",
            "test_a.py": PASSING,
        },
        {
            "conftest.py": "import os\ndef pytest_sessionfinish(): os._exit(0)\n",
            "test_a.py": "def test_one(): pass\n",
        },
        {"test_a.py": "import sys\ndef test_one(): pass\ndef test_two(): raise KeyboardInterrupt\n"},
    ],
    ids=["conftest", "test", "signal", "exit", "hook", "finish", "interrupt"],
)
def test_leaving_early_is_no_regular_end(room: AgentRoom, files: dict[str, str]) -> None:
    assert not run(room, files).finished


def test_a_hook_can_not_call_a_failure_a_success(room: AgentRoom) -> None:
    hook = """
import pytest

@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.outcome = 'passed'
    report.longrepr = None
"""
    report = run(room, {"conftest.py": hook, "test_a.py": PASSING})

    assert outcomes(report) == {"test_one": "passed", "test_two": "failed"}


def test_a_configuration_can_not_take_the_reporter_away(room: AgentRoom) -> None:
    options = "-p no:reporter -p no:sandbox.inside.reporter -p no:Reporter -p no:terminal -x --maxfail=1"
    files = {
        "pytest.ini": f"[pytest]\naddopts = {options}\n",
        "test_a.py": "def test_0(): assert 0\n" + PASSING,
    }

    report = run(room, files)

    assert report.finished
    assert outcomes(report) == {"test_0": "failed", "test_one": "passed", "test_two": "failed"}


def test_a_line_of_somebody_else_spoils_the_run(room: AgentRoom) -> None:
    forger = """
import os
def test_one():
    for fd in range(3, 1024):
        try: os.write(fd, b'{"nonce": "x", "number": 9, "kind": "end", "code": 0}\\n')
        except OSError: pass
"""
    report = run(room, {"test_a.py": forger})

    assert report.outcome is Outcome.FINISHED
    assert not report.finished


def test_names_of_the_repository_shadow_nothing_of_ours(room: AgentRoom) -> None:
    taken = ("pytest.py", "json.py", "sitecustomize.py", "usercustomize.py")
    files = dict.fromkeys(taken, "raise SystemExit('taken')\n")
    files["sandbox/__init__.py"] = "MINE = True\n"
    files["test_a.py"] = "import sandbox\ndef test_mine(): assert sandbox.MINE\n"

    report = run(room, files)

    assert outcomes(report) == {"test_mine": "passed"}, report.text


CLEAN = """
import os
def test_clean():
    assert not [name for name in os.environ if name.startswith(('PYTEST_ADD', 'PYTEST_PLUG', 'INTERN'))]
"""


def test_settings_of_ours_do_not_reach_the_tests(room: AgentRoom) -> None:
    assert outcomes(run(room, {"test_a.py": CLEAN})) == {"test_clean": "passed"}


SECRETIVE = r"""
import re, sys

def test_no_environment_and_no_argument():
    for name in ('environ', 'cmdline'):
        text = open('/proc/self/' + name, 'rb').read()
        assert b'INTERN' not in text
        assert not re.search(rb'[0-9a-f]{32}', text)

def test_nothing_on_stdin():
    assert open('/proc/self/fd/0').read() == ''

def test_no_local():
    frame = sys._getframe(1)
    while frame:
        assert not {'reporter', 'tell', 'nonce'} & set(frame.f_locals)
        for value in frame.f_locals.values():
            assert not (isinstance(value, str) and re.fullmatch('[0-9a-f]{32}', value))
            assert not {'tell', 'nonce'} & set(dir(value))
        frame = frame.f_back
"""


def test_the_secrets_of_the_reporter_are_not_lying_about(room: AgentRoom) -> None:
    report = run(room, {"test_a.py": SECRETIVE}, args=["-s"])

    assert report.finished
    assert set(outcomes(report).values()) == {"passed"}, report.text


MUFFLER = """
import json, os

def test_muffled(pytestconfig):
    def silent(*args, **options): return ''
    json.dumps = json.JSONEncoder.encode = os.write = silent
    os.getpid = lambda: 1
    for plugin in pytestconfig.pluginmanager.get_plugins():
        if type(plugin).__name__ == 'Hooks':
            for name in vars(plugin):
                setattr(plugin, name, silent)
    assert False
"""


def test_replacing_what_the_reporter_might_use_changes_nothing(room: AgentRoom) -> None:
    report = run(room, {"test_a.py": MUFFLER})

    assert report.finished
    assert outcomes(report) == {"test_muffled": "failed"}


LONG = """
import pytest
LONG = 'a' * 1001
@pytest.mark.parametrize('n', [1, 2], ids=[LONG + '1', LONG + '2'])
def test_n(n): assert n == 2
"""


def test_long_ids_stay_apart(room: AgentRoom) -> None:
    report = run(room, {"test_a.py": LONG})

    assert report.finished
    assert [result.outcome.value for result in report.results] == ["failed", "passed"]
    assert report.collected == tuple(result.id for result in report.results)
    assert max(map(len, report.collected)) < 1000


def test_the_worst_outcome_of_an_id_counts(room: AgentRoom) -> None:
    files = {
        "conftest.py": "def pytest_collection_modifyitems(items): items += items\n",
        "test_a.py": "TRIES = []\ndef test_one():\n    TRIES.append(1)\n    assert len(TRIES) > 1\n",
    }

    report = run(room, files)

    assert report.finished
    assert outcomes(report) == {"test_one": "failed"}


@pytest.mark.parametrize(("code", "test"), [(0, "assert False"), (1, "pass"), (5, "assert False")])
def test_an_exit_code_that_contradicts_the_results(room: AgentRoom, code: int, test: str) -> None:
    files = {
        "conftest.py": f"def pytest_sessionfinish(session): session.exitstatus = {code}\n",
        "test_a.py": f"def test_one(): {test}\n",
    }

    report = run(room, files)

    assert report.outcome is Outcome.FINISHED
    assert len(report.results) == 1
    assert not report.finished


#: What pytest-rerunfailures does: https://github.com/pytest-dev/pytest-rerunfailures
RERUNS = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    for last in (False, True):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        again = not last and any(report.failed for report in reports)
        for report in reports:
            if again and report.failed:
                report.outcome = 'rerun'
                item.ihook.pytest_runtest_logreport(report=report)
                break
            item.ihook.pytest_runtest_logreport(report=report)
        if not again:
            return True
"""
RERUN = """
import pytest
TRIES = []

def test_second_time():
    TRIES.append(1)
    assert len(TRIES) == 2

def test_never(): assert False

CLOSED = []
@pytest.fixture
def late():
    yield
    CLOSED.append(1)
    assert len(CLOSED) == 2

def test_late(late): assert CLOSED
"""


def test_a_rerun_spoils_nothing(room: AgentRoom) -> None:
    report = run(room, {"conftest.py": RERUNS, "test_a.py": RERUN})

    assert report.finished, report.text
    assert outcomes(report) == {"test_second_time": "passed", "test_never": "failed", "test_late": "passed"}


def test_a_failure_called_a_rerun_is_no_success(room: AgentRoom) -> None:
    hook = """
import pytest

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport():
    report = yield
    report.outcome = 'rerun' if report.failed else report.outcome
    return report
"""
    report = run(room, {"conftest.py": hook, "test_a.py": PASSING})

    assert outcomes(report) == {"test_one": "passed"}
    assert not report.finished


def test_many_tests_and_long_messages(room: AgentRoom) -> None:
    marked = "import pytest\n@pytest.mark.parametrize('n', range(700))\n"
    test = marked + "def test_n(n): assert n < 699, 'x' * 300_000\n"

    report = run(room, {"test_a.py": test})

    assert report.finished
    assert len(report.collected) == len(report.results) == 700
    assert report.results[-1].outcome is TestOutcome.FAILED
    assert len(report.results[-1].message) < 5000
