"""The text of a pull request: what was asked, what changed and why, and the proof."""

from collections.abc import Sequence

from bot.sentences.changed_files import changed_files
from bot.sentences.changed_tests import LONGEST as LONGEST_TEST
from bot.sentences.changed_tests import changed_tests
from bot.sentences.closer_look import closer_look, repeated
from bot.sentences.endings import shown, tried
from bot.sentences.evidence_table import evidence_table
from bot.sentences.former import since
from bot.sentences.harmless import inline_code, one_line, quoted
from bot.sentences.models import models
from bot.sentences.report import listed_notes
from bot.sentences.reproduce import reproduce
from bot.sentences.reproduced import left_out
from bot.sentences.spending import money
from bot.words.attempt import Attempt
from bot.words.evidence import Evidence, Verdict
from bot.words.job import Job, Kind
from bot.words.patch import Patch
from bot.words.plan import Plan
from bot.words.progress import Progress

#: Characters of a body. GitHub refuses more than 65,536; the rest is for what a caller adds.
LONGEST = 65_000

#: Hidden mark of what was asked. A refinement takes the issue's text only if nobody has edited it since.
ASKED = "<!-- intern:asked:{} -->"

#: Shares of the usual length that outside text may have, tried in this order until the body fits.
_SHARES = (1.0, 0.5, 0.2, 0.0)

_TOO_LONG = "This part is too long for a pull request and was left out."

_FOUR_RUNS = (
    "Four runs of pytest in fresh sandboxes that no model entered, without a network: the new tests and the "
    "existing ones, each without and with the change."
)


_RERUN = (
    "- The test that showed the fault ran as it was then, which is no part of the change, under a random name in "
    "sandboxes of its own, without and with the change."
)

_FORMER = "- The new tests ran once more on the pull request as it was before this round, in a sandbox of its own."

_TWO_RUNS = (
    "Two runs of pytest in fresh sandboxes that no model entered, without a network: the existing tests without and "
    "with the change."
)


def pull_request_body(
    job: Job,
    plan: Plan,
    patch: Patch,
    evidence: Evidence,
    verdict: Verdict,
    *,
    attempts: Sequence[Attempt],
    progress: Progress,
    branch: str,
    notes: Sequence[str],
) -> str:
    """The whole body, at most 65,000 characters; "Closes #<issue>" stands in it exactly once.

    Args:
        job: what was asked, by whom; the number of its issue is 0 for a local run, which closes nothing.
        plan: what was planned.
        patch: what changed.
        evidence: what was measured of exactly this patch.
        verdict: what follows from it.
        attempts: every attempt, in order.
        progress: what was spent, and the model's name.
        branch: where the commit is; "" for a local run.
        notes: what a reader should know of the repository.
    """
    parts = (
        f"Closes #{job.issue}" if job.issue else "",
        "",
        "",
        f"## What changed and why\n\n{changed_files(patch, plan, evidence.documentation)}",
        "",
        _proof(patch, evidence, verdict),
        f"## Reproduce it\n\n{reproduce(evidence, branch)}" if not verdict.documentation else "",
        listed_notes(notes),
        f"## How it was made\n\n{_made(job, attempts, progress)}",
        _closing(job),
    )
    for share in _SHARES:
        changed = changed_tests(patch, evidence, max(200, int(LONGEST_TEST * share)))
        texts = (
            parts[0],
            _asked(job, share),
            _planned(plan, share, tested=not verdict.documentation),
            parts[3],
            changed,
            *parts[5:],
        )
        if len(_joined(texts)) <= LONGEST:
            break
    return bounded(texts)


def bounded(parts: Sequence[str], most: int = LONGEST) -> str:
    """The parts of a body as one text; of what is too long the longest parts give way, never the first and the last.

    Args:
        parts: Markdown of ours, each beginning with its heading.
        most: characters of the whole. Must suffice for the first part, the last one and all headings.
    """
    texts = list(parts)
    for place in sorted(range(1, len(parts) - 1), key=lambda place: -len(parts[place])):
        if len(_joined(texts)) <= most:
            break
        texts[place] = f"{texts[place].partition(chr(10))[0][:100]}\n\n{_TOO_LONG}"
    return _joined(texts)


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _proof(patch: Patch, evidence: Evidence, verdict: Verdict) -> str:
    parts = (
        shown(verdict),
        since(evidence, verdict),
        evidence_table(verdict),
        left_out(patch, evidence),
        closer_look(evidence, verdict),
        _measured(evidence),
    )
    return "\n\n".join(["## Evidence", *(part for part in parts if part)])


def _asked(job: Job, share: float) -> str:
    who = one_line(job.requester.login, 100)
    lines = [f"## What was asked\n\n**{one_line(job.title) or 'Without a title'}**"]
    if job.body.strip() and share:
        lines.append(_folded("The issue's text, as it was approved", quoted(job.body, int(3000 * share))))
    if job.kind is Kind.REFINE:
        lines.append(f"Then {who} asked for this change:\n\n{quoted(job.request, max(200, int(3000 * share)))}")
    return "\n\n".join(lines)


def _folded(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def _planned(plan: Plan, share: float, *, tested: bool) -> str:
    if not share:
        return ""
    summary, tests = quoted(plan.summary, int(2000 * share)), quoted(plan.test_strategy, int(2000 * share))
    shows = f"\n\nWhat the new tests must show:\n\n{tests}" if tested and plan.test_strategy.strip() else ""
    return f"## The plan\n\n{summary}{shows}"


def _measured(evidence: Evidence) -> str:
    lines = (
        "<details><summary>How this was measured</summary>",
        "",
        _TWO_RUNS if evidence.only_documentation else _FOUR_RUNS,
        "",
        f"- Sandbox: {inline_code(evidence.sandbox) if evidence.sandbox else 'not described'}",
        f"- Base commit: {inline_code(evidence.base)}",
        f"- Digest of the patch (SHA-256): {inline_code(evidence.digest)}",
        *([_RERUN] if evidence.reproductions else []),
        *([_FORMER] if evidence.former else []),
        *([repeats] if (repeats := repeated(evidence)) else []),
        "",
        "</details>",
    )
    return "\n".join(lines)


def _made(job: Job, attempts: Sequence[Attempt], progress: Progress) -> str:
    which = "This round: " if job.kind is Kind.REFINE else ""
    model = f"{models(progress)} · " if progress.model else ""
    number = max(len({attempt.number for attempt in attempts}), 1)
    return (
        f"{which}{model}{number} attempt{'' if number == 1 else 's'} · {progress.minutes:.1f} minutes · "
        f"{progress.usage.calls:,} model calls · {progress.usage.tokens:,} tokens · {money(progress)}"
        f"{_failed(attempts)}"
    )


def _failed(attempts: Sequence[Attempt]) -> str:
    """The attempts that did not hold: a reader may want to know what was hard."""
    earlier = [tried(attempt) for attempt in attempts if not (attempt.verdict and attempt.verdict.proven)]
    return "\n\n" + _folded("What did not hold", "\n".join(earlier)) if earlier else ""


def _closing(job: Job) -> str:
    change = "To ask for a change, comment `/intern refine <what to change>` here. " if job.issue else ""
    asked = f"\n\n{ASKED.format(job.asked)}" if job.issue else ""
    return f"{change}Passing tests are evidence, not a replacement for review.{asked}"
