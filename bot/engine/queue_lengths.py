"""Queue lengths: how much is at work and how much waits, for whoever looks after the bot."""

from collections import Counter

from dbos import DBOS

from bot.engine.outside import outside

#: More than so many are not counted: who asks wants to know whether it is many.
MOST = 5_000

_STATES = {"PENDING": "running", "ENQUEUED": "waiting", "DELAYED": "waiting"}


def queue_lengths() -> dict[str, dict[str, int]]:
    """What is at work and what waits in each queue of the engine that is launched in this process.

    Example: {"jobs": {"running": 1, "waiting": 3}}. Queues of which nothing is unfinished are left out.
    """
    found = outside(lambda: DBOS.list_workflows(status=list(_STATES), load_input=False, load_output=False, limit=MOST))
    counted = Counter((status.queue_name or "none", _STATES[status.status]) for status in found)
    lengths: dict[str, dict[str, int]] = {}
    for (queue, state), number in sorted(counted.items()):
        lengths.setdefault(queue, {"running": 0, "waiting": 0})[state] = number
    return lengths
