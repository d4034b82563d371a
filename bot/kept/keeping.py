"""Keep what the server's jobs leave, where the operator wants it. A disk that is full never costs a job its end."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.errors import ConfigurationError
from bot.kept.recorded import AGAIN, recorded
from bot.kept.results import PATCH, Results
from bot.sentences.report import local_report
from bot.words.budget import Budget
from bot.words.job import Job
from bot.words.place import Place
from bot.workflow.ending import Ending
from bot.workflow.workshop import Workshop

log = logging.getLogger(__name__)

#: Characters of a patch that are read again.
LONGEST_PATCH = 4_000

Keep = Callable[[Ending], None]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,200}")


@contextmanager
def keeping(folder: Path | None, job: Job, workshop: Workshop, budget: Budget) -> Iterator[tuple[Workshop, Keep]]:
    """A workshop whose calls are kept in a folder of this job, and what keeps its ending.

    A job that goes on after a crash goes on in the same folder. Its files are readable by the operator alone: they
    hold the code of private repositories.

    Args:
        folder: of all jobs; None keeps nothing.
        job: the job.
        workshop: of the service.
        budget: the operator's limits.
    """
    results = _open(folder, job)
    if results is None:
        yield workshop, lambda _: None
        return

    def kept(do: Callable[[], None]) -> None:
        try:
            do()
        except OSError as error:
            log.warning("job %s: its trajectory is not whole: %s", job.id, error)

    def record(event: dict[str, Any]) -> None:
        kept(lambda: results.record(event))

    if results.fresh:
        # Which commit it begins with is found out later, and stands in the evidence.
        record(recorded(job, "", Place(), budget, workshop).model_dump(mode="json"))
    else:
        record(dict(AGAIN))  # the step that was interrupted is done again, from its first call
    try:
        yield replace(workshop, record=record), lambda ending: kept(lambda: results.write(ending, _report(job, ending)))
    finally:
        kept(results.close)


def read_patch(folder: Path | None, job: str) -> str:
    """The patch that a job of the server proposed, as a diff, cut; "" where it was not kept."""
    if folder is None or not _NAME.fullmatch(job):
        return ""
    try:
        with (folder / job / PATCH).open(encoding="utf-8", errors="replace") as file:
            return file.read(LONGEST_PATCH)
    except OSError:
        return ""


def _open(folder: Path | None, job: Job) -> Results | None:
    if folder is None or not _NAME.fullmatch(job.id):
        return None
    try:
        return Results(folder / job.id, named="INTERN_TRAJECTORIES ", go_on=True)
    except ConfigurationError as error:
        log.warning("job %s: nothing is kept of it: %s", job.id, error)
        return None


def _report(job: Job, ending: Ending) -> str:
    return ending.body or local_report(job, ending.sentence, ending.attempts, ending.notes)
