"""Losing: finds jobs and requests that the engine gave up, and tells the people who wait for them, once."""

import logging
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.given_up import given_up
from bot.errors import InternError
from bot.sentences.lost import lost, lost_request
from bot.server.letters import EVENT
from bot.store.replies import Replies
from bot.words.job import Job, Repository
from bot.words.loss import Loss
from bot.words.progress import Progress
from bot.workflow.admission import Answered, read_desire
from bot.workflow.counter import Counter

log = logging.getLogger(__name__)

#: Name of the workflow that tells, and seconds between two looks for what it has to tell.
NAME, EVERY = "tell of a loss", 10.0


class Losing:
    """Tells of losses.

    Args:
        engine: runs jobs, and gives some up.
        replies: what models have said in steps that are not finished.
        counter: opens the counter of a repository.
    """

    def __init__(self, engine: DurableEngine, replies: Replies, counter: Callable[[Repository], Counter]) -> None:
        self._engine, self._replies, self._counter = engine, replies, counter
        self._found: set[str] = set()

    def look(self, _: float = 0.0) -> int:
        """Look for losses that nobody was told of, and have them told; in any number of processes."""
        try:
            losses = given_up(["admit", "fulfil"], self._found)
        except sa.exc.SQLAlchemyError as error:  # the next look finds them
            log.info("lost jobs can't be looked for: %s", error)
            return 0
        for loss in losses:
            name, argument = f"lost-{loss.id}", loss.model_dump(mode="json")
            if not loss.told and self._engine.enqueue_now("deliveries", NAME, name, argument, partition=name):
                log.warning("%s was given up: %s", loss.id, loss.cause.value)
            self._found.add(loss.id)
        return 0

    def run(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        """The workflow: a loss as JSON goes in."""
        loss = Loss.model_validate(argument)
        try:
            return self._tell_job(loss, steps) if loss.name == "fulfil" else self._tell_request(loss, steps)
        except ValidationError:  # of a version that nobody runs any more
            return {"unknown": loss.id}
        except InternError as error:
            log.warning("nobody could be told that %s was given up: %s", loss.id, error)
            return {"failed": str(error)}

    def _tell_job(self, loss: Loss, steps: DurableSteps) -> dict[str, Any]:
        job = Job.model_validate(loss.argument)
        counter = self._counter(job.repository)

        def tell() -> None:
            progress = self._progress(loss).ended(lost(loss), proven=False)
            counter.show(job, counter.announce(job, progress), progress)

        try:
            steps.step("tell", tell, None)
        finally:
            counter.close()
        self._replies.forget(job.id)
        return {"told": job.id}

    def _tell_request(self, loss: Loss, steps: DurableSteps) -> dict[str, Any]:
        """Whoever may not ask is told nothing, as ever."""
        desire = read_desire(EVENT.validate_python(loss.argument))
        if desire is None:
            return {"ignored": loss.id}
        said = Answered(issue=desire.number, text=lost_request(loss.cause), comment=desire.comment)
        counter = self._counter(desire.repository)

        def tell() -> bool:
            may = desire.human and counter.permission(desire.sender)
            if may:
                counter.answer(said, loss.id)
            return may

        try:
            return {"told": loss.id} if steps.step("tell", tell, bool) else {"ignored": loss.id}
        finally:
            counter.close()

    def _progress(self, loss: Loss) -> Progress:
        """As it was shown last, as far as anybody knows."""
        try:
            return self._engine.whereabouts.read(loss.id) or Progress(lines=())
        except sa.exc.SQLAlchemyError:
            return Progress(lines=())
