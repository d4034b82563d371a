"""Wording: a job in the programs' words. Text from outside is made safe for prompts here, once."""

from collections.abc import Sequence

from bot.decisions.canonical import canonical
from bot.decisions.editing.conventions import conventions
from bot.words.job import Job
from bot.words.snapshot import Snapshot
from bot.words.task import Task

#: Characters of outside text that reach a prompt.
ISSUE_LIMIT, REQUEST_LIMIT, REMARK_LIMIT = 12_000, 4_000, 2_000


def task_of(job: Job, remarks: Sequence[str], base: Snapshot) -> Task:
    """The task.

    Args:
        job: what was asked.
        remarks: what writers and checks said about the pull request.
        base: the repository, for its own conventions.
    """
    return Task(
        number=job.issue,
        title=canonical(job.title, 300).text,
        body=canonical(job.body, ISSUE_LIMIT).text,
        request=canonical(job.request, REQUEST_LIMIT).text,
        remarks=tuple(canonical(remark, REMARK_LIMIT).text for remark in remarks),
        style=conventions(base.files),
    )
