"""Overtaking: a word to stop one's own job waits for nobody, though deliveries are admitted in their order.

While GitHub's limits, or its absence, put an admission off, whatever comes after it at the same place waits, and
anybody may have written what is put off. A word to stop that waits so ends what its sender asked for at once.
"""

import logging

import sqlalchemy as sa
from pydantic import ValidationError

from bot.engine.durable import DurableEngine
from bot.engine.known import Known
from bot.engine.lined_up import lined_up
from bot.server.letters import EVENT
from bot.server.stopping import Stopping
from bot.words.command import Stop
from bot.workflow.admission import Desire, read_desire

log = logging.getLogger(__name__)

#: Seconds between two looks, and for which a word has waited that waits for more than its turn.
EVERY, LONG = 3.0, 3.0


class Overtaking:
    """Looks through the line.

    Args:
        engine: has the line of deliveries.
        stopping: stops jobs.
    """

    def __init__(self, engine: DurableEngine, stopping: Stopping) -> None:
        self._engine, self._stopping = engine, stopping

    def look(self, _: float = 0.0) -> int:
        """Look once; how many jobs were stopped. In any number of processes."""
        try:
            words = [(one, desire) for one in lined_up("deliveries", LONG) if (desire := _desire(one)) is not None]
            # Of the words that one person says at one place, one is enough, however many there are.
            last = {(each.repository.id, each.number, each.sender.id): (one.id, each) for one, each in words}
            return sum(self._overtake(name, desire) for name, desire in last.values())
        except sa.exc.SQLAlchemyError as error:  # the next look finds them
            log.info("nobody can look what waits: %s", str(error).partition("\n")[0])
            return 0

    def _overtake(self, delivery: str, desire: Desire) -> int:
        return self._stopping.ahead(desire, lambda: self._engine.outcome(delivery)[0] == "ENQUEUED")


def _desire(delivery: Known) -> Desire | None:
    """The word to stop; None for everything else."""
    try:
        found = read_desire(EVENT.validate_python(delivery.argument))
    except ValidationError:  # of a loss, which waits in the same line, or of a version that nobody runs any more
        return None
    return found if found is not None and isinstance(found.command, Stop) else None
