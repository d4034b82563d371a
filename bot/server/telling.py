"""Telling: where the work on an issue stands, for `/intern status`."""

import sqlalchemy as sa

from bot.engine.durable import DurableEngine
from bot.sentences import standing
from bot.server.jobs import known_jobs
from bot.words.progress import Progress
from bot.workflow.admission import AboutJobs, Answered, Desire
from bot.workflow.known_job import KnownJob


def tell(engine: DurableEngine, about: AboutJobs, desire: Desire) -> Answered:
    """The answer: what is at work or waits, or how the last job ended."""
    known = known_jobs(engine, desire.repository.id, about.issue)
    active = [one for one in known if one.active]
    if active:
        text = "\n\n".join(_active(engine, one) for one in active)
    elif known:
        text = standing.ended(known[-1].sentence)
    else:
        text = standing.nothing()
    return Answered(issue=desire.number, text=text, comment=desire.comment)


def _active(engine: DurableEngine, one: KnownJob) -> str:
    requester = one.job.requester.login
    if one.halted:
        return standing.stopping(requester)
    if not one.waiting:
        return standing.at_work(requester, _progress(engine, one))
    queue = [other for other in known_jobs(engine, one.job.repository.id, active=True) if not other.halted]
    before = [other.job.id for other in queue].index(one.job.id) if one in queue else 0
    return standing.waiting(requester, before)


def _progress(engine: DurableEngine, one: KnownJob) -> Progress | None:
    try:
        return engine.whereabouts.read(f"job-{one.job.id}")
    except sa.exc.SQLAlchemyError:
        return None
