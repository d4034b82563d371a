"""Measure: all measurements, the ones that others build on first."""

import time
from collections.abc import Callable

from bot.fitness import reading, sample, tasks
from bot.fitness.asking import Failed, Say
from bot.programs.model import Model
from bot.words.fitness import Fitness, Skill, Tried
from sandbox.room import Sandbox

#: Seconds for all of it.
ALL = 150.0


def measure(model: Model, sandbox: Sandbox | None, say: Say) -> Fitness:
    """Measure a model that answers. It takes at most ALL seconds, and half a minute more for rooms.

    Args:
        model: which.
        sandbox: the maker of rooms; None where there is none, so that nothing is run.
        say: gets what is being measured.
    """
    end = time.monotonic() + ALL
    fitness = Fitness(window=model.window)
    say("asking a first question")
    try:
        speeds = reading.measured_speed(model, end)
    except Failed as failure:
        return fitness.model_copy(update={"trouble": str(failure)})
    fitness = fitness.model_copy(update={"prompt_speed": speeds.prompt, "reply_speed": speeds.reply})
    fitness = fitness.model_copy(update=_context(model, speeds, end, say))
    return fitness.model_copy(update={"tried": _tasks(model, sandbox, end, say)})


def _context(model: Model, speeds: reading.Speeds, end: float, say: Say) -> dict[str, object]:
    takes = reading.reading_time(model, speeds)
    if takes > reading.LONG:
        return {"lost": f"as reading {model.window:,} tokens would take {takes:.0f} s"}
    say(f"sending a prompt of nearly {model.window:,} tokens")
    try:
        found, read, lost = reading.found_at_the_beginning(model, end, speeds.room)
    except Failed as failure:
        return {"lost": str(failure)}
    short = None if found or not read else _short(model, speeds, end, say)
    return {"found": found, "read": read, "lost": lost, "short": short}


def _short(model: Model, speeds: reading.Speeds, end: float, say: Say) -> bool | None:
    say("asking the same of a few lines")
    try:
        return reading.found_in_a_few_lines(model, end, speeds.room)
    except Failed:
        return None


def _tasks(model: Model, sandbox: Sandbox | None, end: float, say: Say) -> tuple[Tried, ...]:
    if sandbox is None:
        return ()
    done: list[Tried] = []

    def attempt(skill: Skill, work: Callable[[], str]) -> None:
        say(f"a tiny task: {skill.value}")
        done.append(tasks.tried(skill, work))

    attempt(Skill.PLAN, lambda: tasks.plan(model, sandbox, end))
    attempt(Skill.EDIT, lambda: tasks.edit(model, sandbox, end, sample.LARGE))
    if done[-1].done is False:
        attempt(Skill.SMALL, lambda: tasks.edit(model, sandbox, end, sample.SMALL))
    attempt(Skill.TEST, lambda: tasks.test(model, sandbox, end))
    return tuple(done)
