"""What it takes to make an exercise ready counts, too."""

from pathlib import Path

import pytest

from bot.errors import BudgetSpent
from bot.optimize.kept import KeptFile
from bot.optimize.lessons import School
from bot.programs.model import Model
from bot.trial.tasks import Tasks
from bot.words.budget import Budget
from bot.workflow.allowance import Allowance
from bot.workflow.workshop import Workshop


def test_without_time_no_exercise_is_made_ready(tasks: Path, tmp_path: Path) -> None:
    collection, said = Tasks(tasks), list[str]()
    none = Allowance(Budget().model_copy(update={"minutes": 0.0}), lambda: False)
    workshop = Workshop(model=Model(), sandbox=None)  # no room is opened
    school = School(collection, workshop, KeptFile(tmp_path / "kept"), None, lambda _: none, said.append)
    with pytest.raises(BudgetSpent, match="no time is left"):
        school.lesson(collection.exercises[0])
    assert said == []
