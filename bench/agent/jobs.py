"""Jobs: the same five tasks by each strategy, answered from their solutions: what a job costs at least."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.agent.answer import Answer
from bench.agent.knowing_model import KnowingModel, prompt_of
from bench.sandbox.figure import Figure, Line, at_most
from bench.spread import Spread
from bot.programs.strategies.choice import STRATEGIES
from bot.solve.request import LocalRequest, local_job
from bot.solve.run import work
from bot.trial.tasks import Tasks
from bot.words.budget import Budget
from bot.words.exercise import Exercise
from bot.words.repository_settings import Strategy
from bot.words.snapshot import Snapshot
from bot.workflow.ending import End, Ending
from bot.workflow.story import SETTINGS_PATH
from bot.workflow.workshop import Workshop
from sandbox.files import File

TASKS = Path(__file__).parents[1] / "tasks"
FIVE = ("statement-traceback", "stock-rollback", "runlog-splits", "tideline-misleading", "parse-newline")
#: A plain loop of shell commands with a strong model, for four real fixes like these and without any proof.
PLAIN_CALLS, PLAIN_CHARACTERS = 7, 140_000
LONGEST_PROMPT = 24_000


@dataclass(frozen=True)
class Cost:
    """What one job took: calls of the model, characters of all its prompts and of the longest one."""

    calls: int
    characters: int
    longest: int


def measure_jobs(workshop: Workshop, model: KnowingModel, say: Callable[[str], None]) -> Iterator[Figure]:
    """A figure for each strategy.

    Args:
        workshop: rooms, and the settings of a small model that `model` answers for.
        model: the server.
        say: told what is being done.
    """
    tasks = Tasks(TASKS, FIVE)
    for strategy in STRATEGIES:
        costs, unproven = [], []
        for exercise in tasks.exercises:
            say(f"{strategy}: {exercise.name}")
            ending, cost = _job(workshop, model, tasks, exercise, strategy)
            costs.append(cost)
            if ending.end is not End.PROVEN:
                unproven.append(f"{exercise.name}: {' '.join(ending.sentence.split())[:200]}")
        yield Figure(f"Five tasks by {strategy}", tuple(_lines(costs, unproven)))


def _lines(costs: list[Cost], unproven: list[str]) -> Iterator[Line]:
    calls, characters, longest = (
        Spread.of(getattr(cost, name) for cost in costs) for name in ("calls", "characters", "longest")
    )
    most = 2 * PLAIN_CALLS
    yield Line("model calls of a job", calls, form=".0f", aim=at_most(most, calls.high, "calls"))
    aim = at_most(PLAIN_CHARACTERS, characters.median, "characters")
    yield Line("prompt characters of a job", characters, form=",.0f", aim=aim)
    aim = at_most(LONGEST_PROMPT, longest.high, "characters")
    yield Line("its longest prompt, characters", longest, form=",.0f", aim=aim)
    yield from (Line("a task that was not proven", note=why) for why in unproven)


def _job(
    workshop: Workshop, model: KnowingModel, tasks: Tasks, exercise: Exercise, strategy: Strategy
) -> tuple[Ending, Cost]:
    base, solved = tasks.base(exercise), tasks.answer(exercise)
    assert solved is not None  # noqa: S101 - the five have one
    before, after = _texts(base), _texts(solved)
    changed = {path: text for path, text in after.items() if before.get(path) != text}
    tests = next(text for path, text in sorted(exercise.hidden.items()) if "test_" in path.rpartition("/")[2])
    model.answer_key = Answer(before, changed, tests)
    wanted = File(f"strategy: {strategy}\n".encode())
    chosen = Snapshot(commit=base.commit, files={**base.files, SETTINGS_PATH: wanted})
    first = len(model.requests)
    with tempfile.TemporaryDirectory(prefix="bench-job-") as out:
        job = local_job(exercise.title, exercise.body, exercise.name, chosen)
        quiet = replace(workshop, record=lambda _: None)
        ending = work(LocalRequest(job, chosen, Path(out)), quiet, Budget(attempts=1), lambda _: None)
    sizes = [len(prompt_of(body)) for body in model.requests[first:] if prompt_of(body)]
    return ending, Cost(len(sizes), sum(sizes), max(sizes, default=0))


def _texts(snapshot: Snapshot) -> dict[str, str]:
    found: dict[str, Any] = {path: file.data for path, file in snapshot.files.items() if path.endswith(".py")}
    return {path: data.decode("utf-8") for path, data in found.items()}
