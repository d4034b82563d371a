"""Suites that pytest-xdist runs in several processes."""

from collections.abc import Callable

import pytest

from sandbox.room import Outcome
from tests.sandbox.suite.conftest import TWO, Run, outcomes

pytestmark = pytest.mark.docker

WORKER = "import os\ndef test_where(): assert bool(os.environ.get('PYTEST_XDIST_WORKER')) is {there}\n"
CONFIGURED = {"pytest.ini": "[pytest]\naddopts = -n auto\n"}


@pytest.fixture(scope="module", params=["pytest-xdist", "pytest-xdist==2.5.0 pytest==7.0.1"])
def xdist(request: pytest.FixtureRequest, with_packages: Callable[..., str]) -> str:
    """The newest and an old version."""
    return with_packages(*request.param.split())


FILES = {
    "pkg/__init__.py": "",
    "pytest.py": "raise SystemExit('taken')\n",
    "test_a.py": """
import os
def test_fails():
    print('said by', os.environ['PYTEST_XDIST_WORKER'])
    assert 1 == 2, 'because'
def test_module(): import pkg.nope
def test_name(): from pkg import thing
def test_passes(): assert 'PYTEST_PLUGINS' not in os.environ
""",
    "test_b.py": "import unittest\n@unittest.skip('why')\ndef test_skipped(): pass\n"
    "import conftest\n@conftest.xfail\ndef test_expected(): 1 / 0\n",
    "test_c.py": "import pkg.absent\n",
    "conftest.py": "import sys\nxfail = sys.modules['pytest'].mark.xfail\n",
}


@pytest.mark.parametrize(
    "options", ["-n 2", "-n auto --dist loadfile", "-n 64 --dist loadscope", "--tx 3*popen --dist load"]
)
def test_workers_tell_all_that_one_process_tells(run: Run, xdist: str, options: str) -> None:
    report = run({**FILES, "pytest.ini": f"[pytest]\naddopts = {options}\n"}, environment=xdist, limits=TWO)

    assert (report.finished, report.trouble) == (True, "")
    assert outcomes(report) == {
        "test_fails": "failed",
        "test_module": "failed",
        "test_name": "failed",
        "test_passes": "passed",
        "test_skipped": "skipped",
        "test_expected": "xfailed",
    }
    assert [identity.rpartition("::")[2] for identity in report.collected][:4] == list(outcomes_of(FILES["test_a.py"]))
    told = {result.id.rpartition("::")[2]: result for result in report.results}
    assert (told["test_fails"].exception, told["test_module"].missing) == ("AssertionError", "pkg.nope")
    assert (told["test_name"].exception, told["test_name"].missing) == ("ImportError", "pkg:thing")
    assert "because" in told["test_fails"].message
    assert "said by gw" in told["test_fails"].output
    assert told["test_expected"].message == "division by zero"
    errors = {(error.path, error.exception, error.missing) for error in report.errors}
    assert errors == {("test_c.py", "ModuleNotFoundError", "pkg.absent")}
    assert "2 workers" in report.text or "gw1 I" in report.text


def outcomes_of(source: str) -> list[str]:
    return [line.partition("(")[0].removeprefix("def ") for line in source.splitlines() if line.startswith("def ")]


def test_the_death_of_a_worker_is_the_error_of_its_test(run: Run, xdist: str) -> None:
    files = {
        "test_a.py": "import os\ndef test_one(): pass\ndef test_crash(): os._exit(3)\ndef test_three(): pass\n",
        "test_b.py": "def test_four(): pass\n",
    }

    report = run(files, environment=xdist, limits=TWO, args=["-n", "2"])

    assert (report.finished, report.running) == (True, ())
    assert outcomes(report) == {
        "test_one": "passed",
        "test_crash": "error",
        "test_three": "passed",
        "test_four": "passed",
    }
    assert "crashed while running" in next(r for r in report.results if r.id.endswith("crash")).message


def test_workers_that_hang_name_their_tests(run: Run, xdist: str) -> None:
    files = {
        name: f"import time\ndef test_{name[5]}0(): pass\ndef test_{name[5]}1(): time.sleep(60)\n"
        for name in ("test_a.py", "test_b.py")
    }

    report = run(files, environment=xdist, limits=TWO, args=["-n2", "--dist=loadfile"], seconds=20)

    assert report.outcome is Outcome.TIMED_OUT
    assert set(report.running) == {"test_a.py::test_a1", "test_b.py::test_b1"}
    assert outcomes(report) == {"test_a0": "passed", "test_b0": "passed"}


def test_too_many_deaths_are_no_regular_end(run: Run, xdist: str) -> None:
    test = "import os, sys\n@sys.modules['pytest'].mark.parametrize('n', range(9))\ndef test_crash(n): os._exit(3)\n"

    report = run({"test_a.py": test}, environment=xdist, limits=TWO, args=["-n2", "--max-worker-restart=1"])

    assert not report.finished
    assert "have no result" in report.trouble
    assert set(outcomes(report).values()) == {"error"}


def test_a_hook_in_a_worker_can_not_call_a_failure_a_success(run: Run, xdist: str) -> None:
    hook = """
import pytest

@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.outcome = 'passed'
    report.longrepr = None
"""
    report = run(
        {"conftest.py": hook, "test_a.py": "def test_one(): assert 0\n"}, environment=xdist, limits=TWO, args=["-n2"]
    )

    assert outcomes(report) == {"test_one": "failed"}
    assert not report.finished


def test_a_room_with_one_processor_has_no_workers(run: Run, xdist: str) -> None:
    report = run({**CONFIGURED, "test_a.py": WORKER.format(there=False)}, environment=xdist)

    assert outcomes(report) == {"test_where": "passed"}


@pytest.mark.parametrize(("workers", "there"), [(None, True), (0, False), (9, True)])
def test_whoever_runs_a_suite_may_say_how_many_workers(run: Run, xdist: str, workers: int | None, there: bool) -> None:
    files = {**CONFIGURED, "test_a.py": WORKER.format(there=there)}

    report = run(files, environment=xdist, limits=TWO, workers=workers)

    assert (report.finished, outcomes(report)) == (True, {"test_where": "passed"})


def test_workers_take_no_option_of_a_plugin_that_is_not_installed(run: Run, xdist: str) -> None:
    files = {"pytest.ini": "[pytest]\naddopts = -n 2 --cov pkg --cov-report term\n"}

    report = run({**files, "test_a.py": WORKER.format(there=True)}, environment=xdist, limits=TWO)

    assert (report.finished, outcomes(report)) == (True, {"test_where": "passed"})


def test_workers_are_no_matter_where_the_plugin_is_not_installed(run: Run) -> None:
    report = run({**CONFIGURED, "test_a.py": WORKER.format(there=False)}, limits=TWO, workers=2)

    assert (report.finished, outcomes(report)) == (True, {"test_where": "passed"})
