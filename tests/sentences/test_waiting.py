"""How long something takes, in words."""

import pytest

from bot.sentences.status import status_comment
from bot.sentences.waiting import span
from bot.words.job import Job, Kind, Person, Repository
from bot.words.progress import Progress


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (89, "89 seconds"),
        (91, "2 minutes"),
        (5399, "90 minutes"),
        (21_600, "6 hours"),
    ],
)
def test_a_span_is_told_in_one_unit(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_the_status_tells_afterwards_that_a_job_was_put_off() -> None:
    repository = Repository(id=1, owner="o", name="r", default_branch="main")
    job = Job(id="j", kind=Kind.SOLVE, repository=repository, issue=1, title="t", requester=Person(id=1, login="alice"))
    assert "Put off for 42 minutes by GitHub's limits or an outage." in status_comment(Progress(waited=42.2), job)
    assert "Put off" not in status_comment(Progress(waited=0.2), job)
