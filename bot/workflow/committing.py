"""Committing: the step that makes the branch, and what it has left when the job was stopped in it.

Its answer may be lost, with the connection or with the whole process, in the very second in which somebody stops the
job. Then the branch is there and the step has ended as stopped; so it is looked for before anybody is told that nothing
was published.
"""

import logging
from collections.abc import Callable

from bot.engine.steps import Steps
from bot.errors import Cancelled, GitHubError

log = logging.getLogger(__name__)


def commit(steps: Steps, write: Callable[[], str], find: Callable[[], str]) -> str:
    """The SHA of the commit; "" where none is needed.

    Args:
        steps: the job's.
        write: commits, or finds what an interrupted try has committed.
        find: finds that alone; "" for nothing.

    Raises:
        Cancelled: the job was stopped, and nothing is on the branch.
        Refusal, GitHubError: as `write` raises them.
    """
    try:
        return steps.step("commit", write, str)
    except Cancelled:
        if not steps.patched("look for what a stopped commit has left"):
            raise
        try:
            found = steps.step("look for the commit", find, str, always=True)
        except GitHubError as error:
            log.warning("nobody knows whether the branch was made: %s", error)
            found = ""
        if not found:
            raise
        return found
