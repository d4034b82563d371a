"""The report of a local run without proof."""

from collections.abc import Sequence

from bot.sentences.evidence_table import evidence_table
from bot.sentences.harmless import one_line, quoted
from bot.words.attempt import Attempt
from bot.words.job import Job

_WHERE = (
    "There is no patch to apply: `patch.diff` is empty. What was measured is in `evidence.json`, what the "
    "model said in `trajectory.jsonl`."
)


def local_report(job: Job, sentence: str, attempts: Sequence[Attempt], notes: Sequence[str]) -> str:
    """What stands in `pull_request.md` when there is nothing to publish.

    Args:
        job: what was asked.
        sentence: the job's last word, Markdown of ours.
        attempts: every attempt, in order.
        notes: what a reader should know of the repository.
    """
    verdict = next((attempt.verdict for attempt in reversed(attempts) if attempt.verdict), None)
    parts = (
        "# Nothing is proven",
        _WHERE,
        f"## What was asked\n\n**{one_line(job.title) or 'Without a title'}**",
        quoted(job.body, 2000) if job.body.strip() else "",
        f"## What came of it\n\n{sentence}",
        f"## Evidence of the last attempt\n\n{evidence_table(verdict)}" if verdict else "",
        listed_notes(notes),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def listed_notes(notes: Sequence[str], most: int = 10) -> str:
    """A section of notes; nothing for none."""
    if not notes:
        return ""
    more = [f"- … and {len(notes) - most} more"] if len(notes) > most else []
    return "\n".join(["## Notes", "", *(f"- {one_line(note)}" for note in notes[:most]), *more])
