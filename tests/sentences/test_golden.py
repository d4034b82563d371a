"""Everything that is said, compared with what a reader saw and found good.

After a wanted change, write the files anew and read the difference:
`GOLDEN=write python -m pytest tests/sentences/test_golden.py`, then `git diff tests/sentences/golden`.
"""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.decisions.admission.day_budget import Part
from bot.sentences import endings, replies, standing, stopping
from bot.sentences.changed_tests import changed_tests
from bot.sentences.closer_look import closer_look
from bot.sentences.commit import commit_message
from bot.sentences.day import day_spent
from bot.sentences.evidence_table import evidence_table
from bot.sentences.former import since
from bot.sentences.lost import lost, lost_request
from bot.sentences.pull_request import pull_request_body
from bot.sentences.report import local_report
from bot.sentences.status import status_comment
from bot.words.events import Left
from bot.words.evidence import Evidence, Verdict
from bot.words.job import Job
from bot.words.loss import Cause, Loss
from bot.words.progress import Phase, State
from tests.sentences import day

GOLDEN = Path(__file__).parent / "golden"


def _body(job: Job, branch: str, evidence: Evidence = day.EVIDENCE, verdict: Verdict = day.PROVEN) -> str:
    return pull_request_body(
        job,
        day.PLAN,
        day.PATCH,
        evidence,
        verdict,
        attempts=(day.NO_PATCH, day.FELL, day.HELD),
        progress=day.PROGRESS,
        branch=branch,
        notes=("2 symlinks were left out",),
    )


def _ended() -> str:
    said = endings.unproven((day.NO_PATCH, day.FELL))
    failed = day.PROGRESS.mark(Phase.VERIFY, State.FAILED, "not proven").mark(Phase.PUBLISH, State.SKIPPED)
    return status_comment(failed.model_copy(update={"ending": said}), day.SOLVE)


SAID: dict[str, Callable[[], str]] = {
    "status_running": lambda: status_comment(day.PROGRESS, day.SOLVE),
    "status_with_day": lambda: status_comment(day.PROGRESS.model_copy(update={"today": day.TODAY}), day.SOLVE),
    "status_ended": _ended,
    "proven": lambda: endings.proven(13, "https://example.test/acme/tempo/pull/13", day.PROVEN),
    "proven_local": lambda: endings.proven(0, "out/tempo", day.PROVEN),
    "refined": lambda: endings.refined(day.BASE, day.REFINED, day.SINCE),
    "refined_unshown": lambda: endings.refined(day.BASE, day.UNSHOWN, day.SINCE),
    "refined_not_known": lambda: since(day.NOT_KNOWN, day.PROVEN),
    "unproven": lambda: endings.unproven((day.NO_PATCH, day.FELL)),
    "unproven_reproduced": lambda: endings.unproven((day.NO_PATCH,), day.REPRODUCED),
    "unproven_without_attempt": lambda: endings.unproven(()),
    "refused": lambda: endings.refused("This repository is empty. Push a first commit, then add the label again."),
    "budget_spent": lambda: endings.budget_spent("80 of 80 model calls", (day.NO_PATCH, day.FELL)),
    "day_spent": lambda: endings.day_spent(
        day_spent(Part("calls", 800, 800), date(2026, 11, 27), whole=False), (day.NO_PATCH,), day.REPRODUCED
    ),
    "day_spent_by_all": lambda: endings.day_spent(
        day_spent(Part("money", 50.25, 50), date(2026, 11, 27), whole=True), (), None
    ),
    "day_nearly_spent_by_all": lambda: endings.day_spent(
        day_spent(Part("tokens", 900, 1000), date(2026, 11, 27), whole=True), (), None
    ),
    "stopped": lambda: endings.stopped("Somebody stopped it."),
    "failed": lambda: endings.failed("The model's server did not answer in 60 seconds", (day.FELL,)),
    "lost": lambda: lost(Loss(id="job-1", name="fulfil", cause=Cause.UNFIT, steps=("announce",))),
    "lost_with_pull_request": lambda: lost(
        Loss(id="job-1", name="fulfil", cause=Cause.INTERRUPTED, steps=("commit", "open the pull request"), pull=13)
    ),
    "lost_request": lambda: lost_request(Cause.FAULT),
    "failed_cut_off": lambda: endings.failed(
        "The model could not plan the change: the reply was cut off at its longest allowed length.", ()
    ),
    "evidence_unproven": lambda: evidence_table(day.UNPROVEN),
    "closer_look_flaky": lambda: closer_look(day.EARLIER, day.FLAKY),
    "closer_look_by_absence": lambda: closer_look(day.BY_ABSENCE, day.RENAMED),
    "changed_tests": lambda: changed_tests(day.CHANGED_PATCH, day.CHANGED),
    "unproven_blind": lambda: endings.unproven((day.FELL.model_copy(update={"verdict": day.BLIND}),)),
    "pull_request": lambda: _body(day.SOLVE, "intern/issue-12"),
    "pull_request_reproduced": lambda: _body(day.SOLVE, "intern/issue-12", day.SEEN_AGAIN, day.MENDED),
    "proven_replaced": lambda: endings.refined(day.BASE, day.REPLACED, day.EVIDENCE),
    "proven_unusable": lambda: f"{endings.shown(day.UNUSABLE)}\n\n{evidence_table(day.UNUSABLE)}",
    "unproven_unmended": lambda: endings.unproven(
        (day.FELL.model_copy(update={"verdict": day.UNMENDED}),), day.REPRODUCED
    ),
    "pull_request_refined": lambda: _body(
        day.REFINE, "intern/issue-12", day.SINCE, day.REFINED.model_copy(update={"reproduced": day.MENDED.reproduced})
    ),
    "pull_request_local": lambda: _body(day.LOCAL, ""),
    "commit": lambda: commit_message(day.SOLVE, day.PLAN),
    "commit_refined": lambda: commit_message(day.REFINE, day.PLAN),
    "report": lambda: local_report(day.LOCAL, endings.unproven((day.FELL,)), (day.FELL,), ("no tests",)),
    "help": replies.help_text,
    "hint": lambda: replies.hint("I don't know `merge`."),
    "label_on_pull_request": replies.label_on_pull_request,
    "refine_needs_pull_request": replies.refine_needs_pull_request,
    "not_my_pull_request": replies.not_my_pull_request,
    "already_working": replies.already_working,
    "nothing_to_repeat": replies.nothing_to_repeat,
    "no_refinement_to_repeat": replies.no_refinement_to_repeat,
    "already_proposed": lambda: replies.already_proposed(8),
    "never_begins": lambda: stopping.never_begins(stopping.commanded("bob"), ("alice", "carol", "alice")),
    "nothing_to_stop": stopping.nothing_to_stop,
    "commands_elsewhere": stopping.elsewhere,
    "standing_at_work": lambda: standing.at_work("alice", day.PROGRESS),
    "standing_stopping": lambda: standing.stopping("alice"),
    "standing_waiting": lambda: standing.waiting("alice", 2),
    "standing_next": lambda: standing.waiting("alice", 0),
    "standing_ended": lambda: standing.ended(endings.stopped(stopping.issue_left("bob", Left.CLOSED)).split("\n\n")[0]),
    "standing_nothing": standing.nothing,
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_is_what_was_found_good(name: str) -> None:
    file = GOLDEN / f"{name}.md"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(SAID[name]().rstrip("\n") + "\n", encoding="utf-8")
    assert SAID[name]().rstrip("\n") + "\n" == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.glob("*.md")} == set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_nothing_that_is_said_can_be_read_as_a_command(name: str) -> None:
    assert not re.search(r"^[\s>]*/", SAID[name](), re.MULTILINE)


@pytest.mark.parametrize("name", SAID)
def test_no_sign_beyond_the_checklist(name: str) -> None:
    strange = {c for c in SAID[name]() if ord(c) > 0x2E80 or 0x2300 <= ord(c) < 0x2800} - set("○⏳✅❌")
    assert not strange
