"""The one status comment of a job, edited as the job moves."""

from bot.sentences.day import told_today
from bot.sentences.harmless import one_line
from bot.sentences.models import models
from bot.sentences.spending import spending
from bot.sentences.waiting import span
from bot.words.job import Job, Kind
from bot.words.progress import Phase, PhaseLine, Progress, State

_SIGNS = {
    State.WAITING: "○",
    State.RUNNING: "⏳",
    State.DONE: "✅",
    State.FAILED: "❌",
    State.SKIPPED: "–",
}


def status_comment(progress: Progress, job: Job) -> str:
    """The comment's text: the ending where there is one, the checklist, what was spent, who asked.

    The hidden marker that finds the comment again is added by the caller.
    """
    parts = (
        _heading(progress, job),
        progress.ending,
        _interrupted(progress),
        "\n".join(_line(line, job) for line in progress.lines),
        "\n".join(line for line in _spent(progress) if line),
        _asked(progress, job),
    )
    return "\n\n".join(part for part in parts if part)


def _spent(progress: Progress) -> tuple[str, ...]:
    """Where nobody knows what was done, nobody knows what it cost."""
    return (spending(progress), told_today(progress.today), _waited(progress)) if progress.lines else ()


def _heading(progress: Progress, job: Job) -> str:
    if progress.ending:  # whose first words are the result
        return "### Code Intern"
    return f"### Code Intern is working on this {'pull request' if job.kind is Kind.REFINE else 'issue'}"


def _interrupted(progress: Progress) -> str:
    return f"I was interrupted, and go on with what is marked {_SIGNS[State.RUNNING]}." if progress.interrupted else ""


def _line(line: PhaseLine, job: Job) -> str:
    refining = line.phase is Phase.PUBLISH and job.kind is Kind.REFINE
    phase = "Push to the pull request" if refining else line.phase.value
    found = f": {one_line(line.found)}" if line.found and line.state is not State.WAITING else ""
    return f"- {_SIGNS[line.state]} {phase}{found}"


def _waited(progress: Progress) -> str:
    """Say "Put off for 12 minutes by GitHub's limits or an outage."; it can't be said while it lasts."""
    if progress.waited < 0.5:
        return ""
    return f"Put off for {span(progress.waited * 60)} by GitHub's limits or an outage."


def _asked(progress: Progress, job: Job) -> str:
    model = f" Model: {models(progress)}." if progress.model else ""
    return f"Asked for by {one_line(job.requester.login, 100)}.{model} Comment `/intern help` to see what I understand."
