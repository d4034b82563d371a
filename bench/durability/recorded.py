"""Recorded: the steps of the demo's job as the engine really recorded them, to be taken once more without the work."""

import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from bench.performance import PATIENCE, Unplayable
from bot.demo.run import sample_files, sample_issue
from bot.demo.stage import Stage
from bot.standins.replayed_model import ReplayedModel, read_script
from bot.words.budget import Budget
from bot.workflow.workshop import Workshop

READ = """select function_name, output from operation_outputs
    where workflow_uuid like 'job-%' and output is not null order by function_id"""


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """A step's name and what it came to, as JSON-able data."""

    name: str
    value: Any


def record(workshop: Workshop, model: ReplayedModel, budget: Budget) -> tuple[RecordedStep, ...]:
    """Play the demo's job, and read its steps from the database. Raises Unplayable."""
    model.script = read_script(resources.files("bot.demo") / "replies")
    with tempfile.TemporaryDirectory(prefix="intern-") as folder:
        file = Path(folder) / "intern.sqlite"
        with Stage(workshop, budget, database_url=f"sqlite:///{file}") as stage:
            alice = stage.github.user("alice")
            repository = stage.github.repository("alice/tempo", dict(sample_files()))
            title, body = sample_issue()
            stage.world.run(alice.labels(repository.issue(title, body, by=alice), "intern"))
            if not stage.wait(PATIENCE) or not repository.pulls:
                raise Unplayable("no pull request was opened: run `python -m bot demo` to see why")
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute(READ).fetchall()
    steps = [(name, json.loads(output)) for name, output in rows]
    return tuple(
        RecordedStep(name, kept["value"]) for name, kept in steps if isinstance(kept, dict) and "value" in kept
    )
