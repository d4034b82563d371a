"""What is told while a suite runs, and of one that never ends."""

import threading

import pytest

from sandbox.room import Outcome, RoomDied, Sandbox
from sandbox.suite.report import TestResult
from sandbox.suite.run import run_pytest
from tests.sandbox.suite.conftest import LIMITS, Run, outcomes, tree


def test_results_come_before_the_suite_ends(sandbox: Sandbox) -> None:
    files = {"test_a.py": "import time\ndef test_one(): pass\ndef test_two(): time.sleep(60)\n"}
    came = threading.Event()
    with sandbox.open(tree(files), limits=LIMITS) as room:
        thread = threading.Thread(
            target=lambda: run_pytest(room, seconds=50, on_result=lambda _: came.set()), daemon=True
        )
        thread.start()

        assert came.wait(30)
        assert thread.is_alive()
        room.close()
        thread.join(30)


@pytest.mark.docker
def test_what_a_listener_raises_ends_the_run(sandbox: Sandbox) -> None:
    def stop(_: TestResult) -> None:
        raise KeyboardInterrupt

    files = {"test_a.py": "import time\ndef test_one(): pass\ndef test_two(): time.sleep(60)\n"}
    with sandbox.open(tree(files), limits=LIMITS) as room:
        with pytest.raises(KeyboardInterrupt):
            run_pytest(room, seconds=55, on_result=stop)
        with pytest.raises(RoomDied):
            run_pytest(room, seconds=55)


def test_a_hanging_test_is_named(run: Run) -> None:
    files = {"test_a.py": "import time\ndef test_one(): pass\ndef test_two(): time.sleep(60)\ndef test_three(): pass\n"}

    report = run(files, seconds=8)

    assert (report.outcome, report.running) == (Outcome.TIMED_OUT, ("test_a.py::test_two",))
    assert outcomes(report) == {"test_one": "passed"}


OUTPUT = """
import logging, sys
def test_fails():
    print('to stdout')
    print('to stderr', file=sys.stderr)
    logging.getLogger('x').warning('to the log')
    sys.stdout.buffer.write(b'\\xff\\xfe')
    assert [1, 2] == [1, 3], 'because'
def test_passes(): print('nobody asks')
def test_long():
    print('begin' + 'x' * 100_000 + 'end')
    assert 0
"""


def test_a_failure_comes_with_its_explanation_and_what_it_wrote(run: Run) -> None:
    report = run({"test_a.py": OUTPUT})

    fails, passes, long = report.results
    assert "because" in fails.message
    assert "At index 1 diff: 2 != 3" in fails.message
    for section in ("Captured stdout call ---\nto stdout", "Captured stderr call ---\nto stderr", "Captured log call"):
        assert section in fails.output
    assert "to the log" in fails.output
    assert passes.output == ""
    assert len(long.output) < 2_200
    assert long.output.startswith("--- Captured stdout call ---\nbegin")
    assert long.output.rstrip().endswith("end")


def test_an_honest_suite_with_very_much_to_say_comes_to_its_end(run: Run) -> None:
    marked = "import pytest\n@pytest.mark.parametrize('n', range(2_500))\n"
    test = marked + "def test_n(n):\n    print('x' * 5_000)\n    assert 0, 'y' * 9_000\n"

    report = run({"test_a.py": test, "pytest.ini": "[pytest]\naddopts = --tb=short -q --no-summary\n"}, seconds=100)

    assert (report.finished, report.trouble) == (True, "")
    assert len(report.results) == 2_500
    assert sum(len(result.message) + len(result.output) for result in report.results) < 10 * 2**20


@pytest.mark.docker
def test_five_thousand_tests(run: Run) -> None:
    test = "import pytest\n@pytest.mark.parametrize('n', range(250))\ndef test_n(n): pass\n"

    report = run({f"tests/test_{number}.py": test for number in range(20)}, seconds=120)

    assert report.finished
    assert len(report.results) == 5_000
    assert [result.id for result in report.results] == list(report.collected)
