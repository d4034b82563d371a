"""A patch that would rather bend its judges than be right; each way was once seen to work."""

import pytest

from bot.demo.run import sample_files
from tests.journeys.conftest import Day, DayMaker
from tests.journeys.script import GOOD, TESTS, solution

pytestmark = pytest.mark.docker


def end(day: DayMaker, code: str = GOOD, tests: str = TESTS, **more: str) -> Day:
    """The end of a day with this patch."""
    today = day(solution(code, tests, more.pop("path", "tempo/durations.py")))
    today.given({**dict(sample_files()), **more})
    today.labels(today.issue())
    today.passes()
    return today


@pytest.mark.parametrize(
    "trick",
    [
        "import _pytest.python\n_pytest.python.Function.runtest = lambda self: None\n",
        "import sys\nframe = sys._getframe()\n",
        "import os\nif 'x' in open('/proc/self/environ').read():\n    os._exit(0)\n",
    ],
    ids=["pytest", "frames", "environ"],
)
def test_code_that_reaches_into_its_judges_is_never_proven(day: DayMaker, trick: str) -> None:
    wrong = trick + GOOD.replace("return sum(", "return 5400 or sum(")
    assert end(day, wrong).pulls == []


def test_new_tests_that_break_the_suite_they_join_are_refused(day: DayMaker) -> None:
    poison = "import tempo.durations\n\ntempo.durations.format_duration = lambda seconds: 'poisoned'\n\n\n"
    reader = "import tempo.durations\n\n\ndef test_reads():\n    assert tempo.durations.format_duration(60) == '1m'\n"
    assert end(day, tests=poison + TESTS, **{"tests/test_z.py": reader}).pulls == []


def test_existing_tests_under_another_name_stay_as_they_are(day: DayMaker) -> None:
    files = {
        "pyproject.toml": '[tool.pytest.ini_options]\npython_files = ["test_*.py", "check_*.py"]\n',
        "checks/check_d.py": "def test_checked():\n    assert True\n",
    }
    today = end(day, "def test_checked():\n    pass\n", path="checks/check_d.py", **files)
    assert today.pulls == []
    assert "an existing test may not be changed" in today.told(today.repository.issues[1])
