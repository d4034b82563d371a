"""What has to hold after any crash, however often."""

from collections import Counter
from pathlib import Path

from bot.standins.github import Issue
from tests.crashes.stage import CrashStage, birth, until

MARKER = "<!-- intern:"


def check_all(stage: CrashStage, issue: Issue) -> None:
    """Everything that holds in any story."""
    assert stage.jobs(), "there was no job"
    assert set(stage.jobs()) == {"SUCCESS"}
    assert stage.github.violations == []
    check_one_pull_request(stage, stage.repository.issues[1])
    check_told_once(stage, issue)
    check_nothing_left(stage)


def check_one_pull_request(stage: CrashStage, issue: Issue) -> None:
    """One branch with one commit for each job, one pull request, and GitHub was given nothing to merge twice."""
    place = stage.repository
    ours = [name for name in place.branches if name.startswith("intern/")]
    assert ours == [f"intern/issue-{issue.number}"]
    (pull,) = place.pulls
    assert (pull.head, pull.draft, pull.state) == (ours[0], True, "open")
    assert len(place.log(ours[0])) == len(place.log("main")) + len(stage.jobs())


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
    assert until(lambda: not alive(), 15), [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in alive()]
