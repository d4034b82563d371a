"""The first line of a trajectory: everything that a job began with, but its files."""

from typing import Literal

from bot.programs.model import Model
from bot.words.budget import Budget
from bot.words.job import Job
from bot.words.place import Place
from bot.words.value import Value
from bot.workflow.workshop import Workshop

#: The line between what a killed process did and what the one after it does.
AGAIN = {"kind": "again"}


class RecordedJob(Value):
    """What `intern replay` needs to begin again.

    Attributes:
        kind: "job".
        job: what was asked.
        base: digest or SHA of the files; "" where it was not known yet, and stands in the evidence.
        place: where those were.
        budget: the operator's limits.
        model: which model, without its address and key.
        stronger: likewise; None for none.
        candidates: how many patches an attempt might try.
    """

    kind: Literal["job"] = "job"
    job: Job
    base: str
    place: Place
    budget: Budget
    model: Model
    stronger: Model | None = None
    candidates: int = 1


def recorded(job: Job, base: str, place: Place, budget: Budget, workshop: Workshop) -> RecordedJob:
    """The record of a job that begins now."""
    return RecordedJob(
        job=job,
        base=base,
        place=place,
        budget=budget,
        model=_without_secrets(workshop.model),
        stronger=_without_secrets(workshop.stronger) if workshop.stronger else None,
        candidates=workshop.candidates,
    )


def _without_secrets(model: Model) -> Model:
    return model.model_copy(update={"key": "", "url": ""})
