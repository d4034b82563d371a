"""Run one local job to its results folder."""

from collections.abc import Callable
from dataclasses import replace

from bot.engine.inline import InlineSteps
from bot.kept.recorded import recorded
from bot.kept.results import Results
from bot.sentences.report import local_report
from bot.solve.local_desk import LocalDesk
from bot.solve.request import LocalRequest
from bot.terminal import Terminal
from bot.words.budget import Budget
from bot.words.job import Job
from bot.words.progress import Progress
from bot.workflow.ending import End, Ending
from bot.workflow.story import fulfil
from bot.workflow.workshop import Workshop


def solve(request: LocalRequest, workshop: Workshop, budget: Budget, terminal: Terminal) -> int:
    """Do the job.

    Returns:
        0 for a proven patch, 1 for none; the report is written either way.

    Raises:
        ConfigurationError: the results can't be written; nothing was done.
    """
    ending = work(request, workshop, budget, terminal.show)
    return 0 if ending.end is End.PROVEN else 1


def work(request: LocalRequest, workshop: Workshop, budget: Budget, show: Callable[[Progress], None]) -> Ending:
    """Do the job, tell `show` where it stands, and write its results. Raises ConfigurationError as `solve` does."""
    job, out = request.job, request.out
    results = Results(out)
    begun = recorded(job, request.snapshot.commit, request.place, budget, workshop)
    results.record(begun.model_dump(mode="json"))
    try:
        desk = LocalDesk(request.snapshot, show, str(out), request.head)
        ending = fulfil(job, desk, replace(workshop, record=results.record), InlineSteps(), budget)
        results.write(ending, _report(job, ending))
    finally:
        results.close()
    return ending


def _report(job: Job, ending: Ending) -> str:
    return ending.body or local_report(job, ending.sentence, ending.attempts, ending.notes)
