"""One suite in several rooms."""

import threading

import pytest

from sandbox.room import Outcome, Room, Sandbox, SandboxError
from sandbox.suite.plan import agrees, seconds_by_file
from sandbox.suite.report import SuiteReport
from sandbox.suite.run import run_pytest
from sandbox.suite.shards import run_sharded
from tests.sandbox.suite.conftest import LIMITS, outcomes, tree

pytestmark = pytest.mark.docker

FILES = {
    **{
        f"tests/test_{number}.py": f"import pytest, time\n@pytest.mark.parametrize('n', range(3))\n"
        f"def test_n(n):\n    time.sleep({number / 20})\n    assert (n, {number}) != (2, 3)\n"
        for number in range(5)
    },
    "tests/test_broken.py": "import nope\n",
    "tests/conftest.py": "import os\ndef pytest_sessionfinish(): open('/tmp/finished', 'w')\n",
}
NAMES = [f"tests/test_{number}.py" for number in range(5)]


def sharded(sandbox: Sandbox, files: dict[str, str], units: list[str], rooms: int = 2, **options) -> SuiteReport:
    return run_sharded(
        lambda: sandbox.open(tree(files), limits=LIMITS), units, rooms=rooms, **{"seconds": 60.0, **options}
    )


def alone(sandbox: Sandbox, files: dict[str, str], **options) -> SuiteReport:
    with sandbox.open(tree(files), limits=LIMITS) as room:
        return run_pytest(room, seconds=60, **options)


def test_several_rooms_see_what_one_sees(sandbox: Sandbox) -> None:
    one, told, lock = alone(sandbox, FILES), [], threading.Lock()

    def listen(result: object) -> None:
        assert lock.acquire(blocking=False)
        told.append(result)
        lock.release()

    three = sharded(sandbox, FILES, NAMES, 3, weights=seconds_by_file(one), on_result=listen)

    assert (three.finished, three.trouble, three.rooms) == (True, "", 3)
    assert agrees(one, three)
    assert three.collected == one.collected
    assert [result.id for result in three.results] == list(three.collected)
    assert three.errors[0].path == "tests/test_broken.py"
    assert len(told) == 15


def test_a_part_may_be_named_and_the_rest_runs_as_well(sandbox: Sandbox) -> None:
    assert len(sharded(sandbox, FILES, NAMES[:2]).results) == 15
    assert len(sharded(sandbox, FILES, ["tests/test_3.py::test_n[1]", "tests/test_4.py::test_n[2]"]).results) == 15
    nothing = sharded(sandbox, FILES, [])
    assert (nothing.rooms, len(nothing.results), nothing.finished) == (1, 15, True)


def test_arguments_choose_in_every_room(sandbox: Sandbox) -> None:
    report = sharded(sandbox, FILES, NAMES, args=["-k", "test_n and 1"], paths=["tests/test_1.py", "tests/test_2.py"])

    assert report.finished
    assert {result.id.partition("::")[0] for result in report.results} == {"tests/test_1.py", "tests/test_2.py"}
    assert report.exit_code == 0


def test_a_room_that_dies_is_told_with_what_the_other_saw(sandbox: Sandbox) -> None:
    files = {**FILES, "tests/test_4.py": "def test_one(): pass\ndef test_big(): bytearray(2**30)\n"}

    report = sharded(sandbox, files, ["tests/test_0.py", "tests/test_4.py"])

    assert (report.outcome, report.finished) == (Outcome.OUT_OF_MEMORY, False)
    assert report.running == ("tests/test_4.py::test_big",)
    assert len(report.results) == 13
    assert report.trouble == "out of memory (room 2 of 2)"


def test_a_suite_that_needs_its_order_does_not_agree_with_itself(sandbox: Sandbox) -> None:
    files = {
        "test_a.py": "import os\ndef test_sets(): os.environ['SET'] = 'yes'\n",
        "test_b.py": "import os\ndef test_needs(): assert os.environ['SET']\n",
    }

    one, two = alone(sandbox, files), sharded(sandbox, files, ["test_a.py", "test_b.py"])

    assert (outcomes(one)["test_needs"], outcomes(two)["test_needs"]) == ("passed", "failed")
    assert two.finished
    assert not agrees(one, two)


def test_rooms_that_find_different_tests_make_no_regular_run(sandbox: Sandbox) -> None:
    files = {
        "test_a.py": "import os, pytest\n@pytest.mark.parametrize('n', [os.urandom(4).hex()])\ndef test_n(n): pass\n",
        "test_b.py": "def test_b(): pass\n",
    }

    report = sharded(sandbox, files, ["test_a.py", "test_b.py"])

    assert not report.finished
    assert report.outcome is Outcome.FINISHED


def test_the_order_of_sets_is_the_same_in_each_room(sandbox: Sandbox) -> None:
    test = "import pytest\n@pytest.mark.parametrize('n', {str(n) for n in range(50)})\ndef test_n(n): pass\n"

    report = sharded(sandbox, {"test_a.py": test, "test_b.py": test}, ["test_a.py", "test_b.py"])

    assert (report.finished, report.trouble, len(report.results)) == (True, "", 100)


def test_no_room_is_no_report(sandbox: Sandbox) -> None:
    def none() -> Room:
        raise SandboxError("no room")

    with pytest.raises(SandboxError, match="no room"):
        run_sharded(none, NAMES, rooms=2, seconds=9)
