"""Jobs: those that the engine knows, in the words of the story."""

from pydantic import ValidationError

from bot.engine.durable import DurableEngine
from bot.words.job import Job
from bot.workflow.known_job import KnownJob


def known_jobs(engine: DurableEngine, repository: int = 0, issue: int = 0, *, active: bool = False) -> list[KnownJob]:
    """The jobs of an issue, of a repository, or all; the oldest first. `active`: only those that have not ended."""
    place = "job-" + (f"{repository}-" if repository else "") + (f"{issue}-" if issue else "")
    found = []
    for known in engine.known(place, active=active):
        try:
            job = Job.model_validate(known.argument)
        except ValidationError:  # of a version that nobody runs any more
            continue
        ending = known.output if isinstance(known.output, dict) else {}
        halted = known.active and engine.halts.read(known.id) is not None
        found.append(KnownJob(job, known.active, known.waiting, halted, ending))
    return found
