"""A repository's own settings of pytest: what they may say, and what they can't."""

import pytest

from tests.sandbox.suite.conftest import Run, outcomes

pytestmark = pytest.mark.docker

MIXED = "def test_0(): assert 0\ndef test_1(): pass\n"


@pytest.mark.parametrize(
    "options",
    [
        "--co",
        "-x --maxfail=1",
        "--sw --ff --nf --lf",
        "--pdb --trace --setup-plan",
        "-p no:terminal -p no:cacheprovider -p no:capture -p no:logging -p no:assertion",
        "-n auto --dist loadfile --cov=pkg --cov --cov-report=term --cov-fail-under=90 --no-cov-on-fail",
        "-q -q --tb=no --no-header --no-summary",
        "-W error -p pytester --strict-config",
    ],
)
def test_each_test_runs_once_whatever_addopts_say(run: Run, options: str) -> None:
    report = run({"pytest.ini": f"[pytest]\naddopts = {options}\n", "test_a.py": MIXED})

    assert (report.finished, report.trouble) == (True, "")
    assert outcomes(report) == {"test_0": "failed", "test_1": "passed"}
    assert report.exit_code == 1


def test_an_option_of_the_repositorys_own_keeps_its_meaning(run: Run) -> None:
    files = {
        "pytest.ini": "[pytest]\ntestpaths = tests\naddopts = --dist near --cov-report term -n 4 --cov\n",
        "tests/conftest.py": "def pytest_addoption(parser): parser.addoption('--dist')\n",
        "tests/test_a.py": "def test_1(pytestconfig): assert pytestconfig.getoption('--dist') == 'near'\n",
    }

    report = run(files, args=["--cov", "tests"])

    assert (report.finished, outcomes(report)) == (True, {"test_1": "passed"})


def test_a_cache_that_the_repository_brings_decides_nothing(run: Run) -> None:
    cached = '{"test_a.py::test_1": true}'
    files = {"pytest.ini": "[pytest]\naddopts = --lf\n", ".pytest_cache/v/cache/lastfailed": cached, "test_a.py": MIXED}

    assert len(run(files).results) == 2


STRICT = """
import pytest, warnings
@pytest.mark.xfail
def test_unexpected(): pass
def test_warns(): warnings.warn('old', DeprecationWarning)
def test_passes(): pass
"""


def test_strict_settings_are_kept(run: Run) -> None:
    settings = "[pytest]\nxfail_strict = true\nfilterwarnings = error\naddopts = --strict-markers\nmarkers = known\n"
    marked = "import pytest\n@pytest.mark.unknown\ndef test_x(): pass\n"

    report = run({"pytest.ini": settings, "test_a.py": STRICT, "test_b.py": marked})

    assert report.finished
    assert outcomes(report) == {"test_unexpected": "failed", "test_warns": "failed", "test_passes": "passed"}
    assert [error.path for error in report.errors] == ["test_b.py"]
    assert "'unknown' not found in `markers`" in report.errors[0].message


@pytest.mark.parametrize(
    ("files", "paths", "folder"),
    [
        (
            {"backend/pytest.ini": "[pytest]\n", "conftest.py": "raise Exception('of the parent')\n"},
            ["backend"],
            "backend",
        ),
        ({"pytest.ini": "[pytest]\naddopts = --rootdir=/tmp --confcutdir=/\n"}, [], "tests"),
        ({"pytest.ini": "[pytest]\naddopts = --rootdir=/\n"}, ["tests"], "tests"),
        ({"setup.cfg": "[tool:pytest]\ntestpaths = tests\n"}, [], "tests"),
    ],
    ids=["folder", "elsewhere", "root", "usual"],
)
def test_ids_start_in_the_workspace_wherever_the_root_is(
    run: Run, files: dict[str, str], paths: list[str], folder: str
) -> None:
    tests = {f"{folder}/sub/test_a.py": MIXED, f"{folder}/sub/test_b.py": "import nope\n"}

    report = run({**files, **tests}, paths=paths)

    assert report.finished
    assert report.collected == tuple(f"{folder}/sub/test_a.py::test_{n}" for n in (0, 1))
    assert [result.id for result in report.results] == list(report.collected)
    assert [error.path for error in report.errors] == [f"{folder}/sub/test_b.py"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"conftest.py": "1 / 0\n"}, "ZeroDivisionError"),
        ({"conftest.py": "def pytest_collection_modifyitems(): 1 / 0\n"}, "ZeroDivisionError"),
        ({"pytest.ini": "[pytest]\naddopts = --no-such-option\n"}, "unrecognized arguments: --no-such-option"),
        ({"pytest.ini": "[pytest]\nrequired_plugins = pytest-no-such\n"}, "pytest-no-such"),
        ({"pytest.ini": "[pytest]\nminversion = 99\n"}, "99"),
        ({"pytest.ini": "[pytest]\naddopts = -p no_such_plugin\n"}, "no_such_plugin"),
    ],
    ids=["conftest", "hook", "option", "required", "version", "plugin"],
)
def test_what_pytest_can_not_start_with_is_told_in_its_words(run: Run, files: dict[str, str], said: str) -> None:
    report = run({**files, "test_a.py": MIXED})

    assert not report.finished
    assert report.trouble.startswith("pytest gave up with exit code")
    assert said in report.text
    assert report.pytest
