"""Lined up: what waits in a queue of the engine, behind what has come before it."""

from datetime import UTC, datetime, timedelta

from dbos import DBOS

from bot.engine.known import Known, argument_of
from bot.engine.outside import outside

#: Of more than so many the newest are given.
MOST = 200


def lined_up(queue: str, seconds: float) -> list[Known]:
    """What waits for so long in a queue of the engine that is launched in this process; nothing of it was begun."""
    since = datetime.now(UTC) - timedelta(seconds=seconds)
    found = outside(
        lambda: DBOS.list_workflows(
            queue_name=queue,
            status="ENQUEUED",
            end_time=since.isoformat(),
            sort_desc=True,
            limit=MOST,
            load_output=False,
        )
    )
    return [Known(id=one.workflow_id, status=one.status, argument=argument_of(one.input)) for one in found]
