"""Given up: workflows that ended as no story ends, and what is left of them.

DBOS ends a workflow whose recorded steps are not those that it takes now (DBOSUnexpectedStepError), or that was
interrupted too often, and tells nobody: https://docs.dbos.dev/python/tutorials/workflow-tutorial
"""

import time
from collections.abc import Container
from typing import Any

from dbos import DBOS
from dbos import error as dbos_error

from bot.engine.known import argument_of
from bot.engine.outside import outside
from bot.words.loss import Cause, Loss

#: Seconds for which they are looked for, and how many of them: what is older was found, or is nobody's concern now.
LATELY, MOST = 24 * 3600.0, 200

_INTERRUPTED, _FAILED = "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR"


def given_up(names: list[str], known: Container[str]) -> list[Loss]:
    """The workflows of these names that were given up lately, the newest first, without those that are known."""
    ended = [_INTERRUPTED, _FAILED]
    found = outside(
        lambda: DBOS.list_workflows(
            name=names, status=ended, limit=MOST, sort_desc=True, load_input=False, load_output=False
        )
    )
    oldest = (time.time() - LATELY) * 1000
    new = [one.workflow_id for one in found if (one.updated_at or 0) >= oldest and one.workflow_id not in known]
    if not new:  # as nearly always: nothing large is read
        return []
    return [_loss(one) for one in outside(lambda: DBOS.list_workflows(workflow_ids=new, sort_desc=True))]


def _loss(status: Any) -> Loss:
    steps = outside(lambda: DBOS.list_workflow_steps(status.workflow_id))
    outputs = {step["function_name"]: step["output"] for step in steps}
    return Loss(
        id=status.workflow_id,
        name=status.name,
        cause=_cause(status),
        argument=argument_of(status.input),
        steps=tuple(step["function_name"] for step in steps),
        pull=_number(outputs.get("open the pull request")),
    )


def _cause(status: Any) -> Cause:
    if status.status == _INTERRUPTED:
        return Cause.INTERRUPTED
    unfit = dbos_error.DBOSUnexpectedStepError.__name__
    name = getattr(status.error, "name", type(status.error).__name__)
    return Cause.UNFIT if name == unfit or "DBOS.patch" in str(status.error) else Cause.FAULT


def _number(stored: Any) -> int:
    """Of the pull request, in what its step recorded."""
    published = stored.get("value") if isinstance(stored, dict) else None
    number = published.get("number") if isinstance(published, dict) else 0
    return number if isinstance(number, int) else 0
