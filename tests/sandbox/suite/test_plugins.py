"""Which pytest runs, and plugins of pytest that a repository brings."""

from collections.abc import Callable

import pytest

from sandbox.room import Sandbox
from sandbox.suite.collect import collect
from tests.sandbox.suite.conftest import LIMITS, TWO, Run, outcomes, tree

pytestmark = pytest.mark.docker

WithPackages = Callable[..., str]

EVERY_OUTCOME = """
import pytest
from pkg import one

def test_passes(): assert one() == 1
def test_fails(): assert one() == 2, 'because'
@pytest.mark.skip(reason='not today')
def test_skipped(): pass
@pytest.mark.xfail
def test_xfailed(): import pkg.nope
@pytest.mark.xfail
def test_xpassed(): pass
@pytest.fixture
def late():
    yield
    raise OSError('late')
def test_teardown(late): pass
def test_missing(): import pkg.nope
"""


@pytest.mark.parametrize("version", ["7.0.1", "7.4.4", "8.0.2", "8.4.2", "9.0.0"])
def test_the_repositorys_own_pytest_runs(run: Run, with_packages: WithPackages, version: str) -> None:
    files = {"src/pkg/__init__.py": "def one(): return 1\n", "test_a.py": EVERY_OUTCOME, "test_b.py": "import pkg.no\n"}

    report = run(files, environment=with_packages(f"pytest=={version}"))

    assert (report.finished, report.trouble, report.pytest) == (True, "", version)
    assert outcomes(report) == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_skipped": "skipped",
        "test_xfailed": "xfailed",
        "test_xpassed": "xpassed",
        "test_teardown": "error",
        "test_missing": "failed",
    }
    told = {result.id.rpartition("::")[2]: result for result in report.results}
    assert (told["test_fails"].exception, told["test_missing"].missing) == ("AssertionError", "pkg.nope")
    assert (report.errors[0].exception, report.errors[0].missing) == ("ModuleNotFoundError", "pkg.no")


def test_the_sandboxs_pytest_runs_where_the_repositorys_is_too_old(run: Run, with_packages: WithPackages) -> None:
    report = run({"test_a.py": "def test_one(): pass\n"}, environment=with_packages("pytest==6.2.5"))

    assert report.finished
    assert int(report.pytest.split(".")[0]) >= 9


PACKAGE = {
    "pkg/__init__.py": "def half(x):\n    if x:\n        return 1\n    return 2\n",
    "test_a.py": "from pkg import half\ndef test_one(): assert half(1) == 1\n",
}


@pytest.mark.parametrize("packages", [["pytest-cov", "pytest-xdist"], ["pytest-cov==3.0.0", "pytest==7.4.4"]])
def test_a_coverage_below_the_threshold_is_no_failure_of_a_test(
    run: Run, with_packages: WithPackages, packages: list[str]
) -> None:
    environment = with_packages(*packages)
    files = {**PACKAGE, "pytest.ini": "[pytest]\naddopts = --cov=pkg --cov-report=term-missing --cov-fail-under=95\n"}

    report = run(files, environment=environment, limits=TWO)

    assert (report.finished, report.exit_code, outcomes(report)) == (True, 1, {"test_one": "passed"})
    assert "Required test coverage of 95% not reached" in report.text
    failing = {**files, "test_a.py": "from pkg import half\ndef test_one(): assert half(1) == 2\n"}
    assert outcomes(run(failing, environment=environment)) == {"test_one": "failed"}
    if "pytest-xdist" in packages:
        assert run(files, environment=environment, limits=TWO, args=["-n2"]).finished


def test_a_coverage_below_the_threshold_does_not_spoil_a_collection(
    sandbox: Sandbox, with_packages: WithPackages
) -> None:
    files = {**PACKAGE, "pytest.ini": "[pytest]\naddopts = --cov=pkg --cov-fail-under=95\n"}

    with sandbox.open(tree(files), limits=LIMITS, environment=with_packages("pytest-cov", "pytest-xdist")) as room:
        assert collect(room, seconds=30).finished


RERUN = """
import pytest
TRIES = []
def test_second_time():
    TRIES.append(1)
    assert len(TRIES) == 2
def test_never(): assert 0
CLOSED = []
@pytest.fixture
def late():
    yield
    CLOSED.append(1)
    assert len(CLOSED) == 2
def test_late(late): pass
"""


@pytest.mark.parametrize("packages", [["pytest-rerunfailures"], ["pytest-rerunfailures==11.1", "pytest==7.4.4"]])
def test_the_last_try_of_a_rerun_counts(run: Run, with_packages: WithPackages, packages: list[str]) -> None:
    files = {"pytest.ini": "[pytest]\naddopts = --reruns 2\n", "test_a.py": RERUN}

    report = run(files, environment=with_packages(*packages))

    assert report.finished
    assert outcomes(report) == {"test_second_time": "passed", "test_never": "failed", "test_late": "passed"}


ASYNC = """
import pytest
async def test_passes(): pass
async def test_fails(): assert 0
@pytest.fixture
async def three(): yield 3
async def test_fixture(three): assert three == 3
"""


def test_coroutines_are_tests(run: Run, with_packages: WithPackages) -> None:
    files = {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", "test_a.py": ASYNC}

    report = run(files, environment=with_packages("pytest-asyncio"))

    assert report.finished
    assert outcomes(report) == {"test_passes": "passed", "test_fails": "failed", "test_fixture": "passed"}


def test_a_random_order_is_the_same_each_time(run: Run, with_packages: WithPackages) -> None:
    files = {"test_a.py": "".join(f"def test_{number}(): pass\n" for number in range(30))}
    environment = with_packages("pytest-randomly")

    first, second = (run(files, environment=environment) for _ in range(2))

    assert first.finished
    assert first.collected == second.collected != tuple(sorted(first.collected))


def test_a_test_in_a_process_of_its_own_says_what_it_raised(run: Run, with_packages: WithPackages) -> None:
    test = "import os\ndef test_dies(): os._exit(3)\ndef test_missing(): import nope\ndef test_passes(): pass\n"

    report = run(
        {"test_a.py": test}, environment=with_packages("pytest-forked==1.6.0", "pytest==7.4.4"), args=["--forked"]
    )

    assert report.finished
    assert outcomes(report) == {"test_dies": "error", "test_missing": "failed", "test_passes": "passed"}
    assert report.results[1].missing == "nope"
