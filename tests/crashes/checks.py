"""What has to hold after any crash, however often."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.standins.github import Issue
from tests.crashes.edges import REPLY, Edge
from tests.crashes.stage import CrashStage, birth, until

MARKER = "<!-- intern:"
SPENT = re.compile(r"([\d,]+) of 80 model calls · ([\d,]+) of 600,000 tokens")


@dataclass(frozen=True)
class Paid:
    """What a story has cost.

    Attributes:
        asked: requests that the model got.
        job: calls and tokens of the job, as the person is told.
        day: jobs, calls and tokens of the day, as the daybook has them.
    """

    asked: int
    job: tuple[int, int]
    day: tuple[int, int, int]


def paid(stage: CrashStage, issue: Issue) -> Paid:
    """What it has cost."""
    found = SPENT.search(stage.said(issue)[0])
    assert found, stage.said(issue)
    calls, tokens = (int(number.replace(",", "")) for number in found.groups())
    rows = stage.rows("intern_daybook")
    jobs, called, used = (sum(row[column] for row in rows) for column in (3, 5, 6))
    return Paid(len(stage.model.requests), (calls, tokens), (jobs, called, used))


def check_paid(spent: Paid, whole: Paid, struck: Sequence[Edge]) -> None:
    """Nothing was paid twice but replies that nobody lived to hear: these are asked for again, and so counted again.

    Args:
        spent: what the story has cost.
        whole: what it costs without a crash.
        struck: where the bot was killed.
    """
    calls = [edge for edge in struck if edge.what == REPLY]
    beside = sum(edge.is_beside for edge in struck)  # a call may have been under way then
    assert spent.job == whole.job
    assert 0 <= spent.asked - whole.asked - sum(edge.done for edge in calls) <= beside
    jobs, counted, tokens = spent.day
    assert (jobs, tokens) == (whole.day[0], whole.day[2])
    assert 0 <= counted - whole.day[1] - len(calls) <= beside


def check_all(stage: CrashStage, issue: Issue) -> None:
    """Everything that holds in any story."""
    assert stage.jobs(), "there was no job"
    assert set(stage.jobs()) == {"SUCCESS"}
    assert stage.github.violations == []
    check_one_pull_request(stage, stage.repository.issues[1], commits=2 if issue.pull else 1)
    check_told_once(stage, issue)
    check_nothing_left(stage)


def check_one_pull_request(stage: CrashStage, issue: Issue, commits: int = 1) -> None:
    """One branch with so many commits, and one pull request."""
    place = stage.repository
    ours = [name for name in place.branches if name.startswith("intern/")]
    assert ours == [f"intern/issue-{issue.number}"]
    (pull,) = place.pulls
    assert (pull.head, pull.draft, pull.state) == (ours[0], True, "open")
    assert len(place.log(ours[0])) == len(place.log("main")) + commits


def check_told_once(stage: CrashStage, issue: Issue) -> None:
    """One comment of ours for each thing that was asked, with its last word; one reaction; nothing left unsaid."""
    conversations = [issue, *(one for one in stage.repository.issues.values() if one is not issue)]
    for one in conversations:
        said = stage.said(one)
        markers = [text.rpartition(MARKER)[2] for text in said]
        assert len(set(markers)) == len(markers), f"said twice: {said}"
        assert all(text.startswith("### Code Intern\n") for text in said), f"without a last word: {said}"
        for reactions in (one.reactions, *(comment.reactions for comment in one.comments)):
            assert max(Counter(reaction.content for reaction in reactions).values(), default=1) == 1
    assert len(stage.said(issue)) == 1


def check_nothing_left(stage: CrashStage) -> None:
    """No process of a killed bot lives on, and no reply of a model is kept that nobody needs any more."""
    alive = lambda: [pid for pid, born in stage.left if birth(pid) == born]  # noqa: E731
    assert stage.rows("intern_replies") == []
    assert until(lambda: not alive(), 15), [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in alive()]
