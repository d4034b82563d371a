"""The standing tasks are what they say: hidden tests red on the base, green on the solution, in real rooms."""

from pathlib import Path

import pytest

from bot.trial.check import checked
from bot.trial.score import Examiner
from bot.trial.tasks import Tasks
from bot.words.exercise import Exercise, ExerciseKind
from bot.words.patch import Patch
from sandbox.suite.report import TestOutcome
from tests.rooms import AnySandbox

FOLDER = Path(__file__).parents[2] / "bench/tasks"
TASKS = Tasks(FOLDER)
SOLVABLE = [one for one in TASKS.exercises if not one.must_refuse]


def named(exercise: Exercise) -> str:
    return exercise.name


def test_there_is_one_of_each_kind() -> None:
    assert {one.kind for one in TASKS.exercises} == set(ExerciseKind) - {ExerciseKind.HISTORY}
    assert len(TASKS.exercises) >= 10


@pytest.mark.parametrize("exercise", TASKS.exercises, ids=named)
def test_what_a_job_is_given_holds_no_hidden_test(exercise: Exercise) -> None:
    files = TASKS.base(exercise).files
    assert files
    assert not set(exercise.hidden) & set(files)
    assert not any(b"hidden" in file.data.lower() for path, file in files.items() if path.startswith("test"))
    answer = TASKS.answer(exercise)
    assert answer is None or set(exercise.hidden).isdisjoint(answer.files)


@pytest.mark.rooms
@pytest.mark.parametrize("exercise", SOLVABLE, ids=named)
def test_hidden_tests_tell_the_solution_from_none(exercise: Exercise, sandbox: AnySandbox) -> None:
    base, answer, examiner = TASKS.base(exercise), TASKS.answer(exercise), Examiner(sandbox)
    assert answer is not None
    found = checked(exercise, base, answer, examiner)
    assert isinstance(found, Exercise), found
    assert found.must_pass == exercise.must_pass

    nothing = examiner.score(exercise, base, Patch(base=base.commit, changes=()))
    assert not nothing.right
    assert nothing.feedback


@pytest.mark.rooms
@pytest.mark.parametrize("exercise", TASKS.exercises, ids=named)
def test_the_suite_of_the_base_is_as_it_should_be(exercise: Exercise, sandbox: AnySandbox) -> None:
    base = TASKS.base(exercise)
    report = Examiner(sandbox).run(exercise.model_copy(update={"hidden": {}, "must_pass": ()}), base, base.files)
    assert report.finished, report.text
    assert not report.errors
    bad = {result.id for result in report.results if result.outcome in {TestOutcome.FAILED, TestOutcome.ERROR}}
    flaky = {"tests/test_backoff.py::test_not_all_letters_come_at_once"}
    assert bad <= (flaky if exercise.kind is ExerciseKind.FLAKY else set())
    assert bool(report.collected) == (exercise.kind is not ExerciseKind.UNTESTED)
