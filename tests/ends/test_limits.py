"""GitHub's limits: a job waits as it is told, and goes on."""

import time

import pytest

from bot.standins.github import Fault
from tests.ends.town import Household, Town, until

#: Longer waits put a job off, which has patience for so long.
OPTIONS = {"longest": 0.5, "patience": 30.0}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/permission$"),
        ("POST", "/issues/1/reactions$"),
        ("POST", "/issues/1/comments$"),
        ("GET", "/tarball/"),
        ("POST", "/git/refs$"),
        ("POST", "/pulls$"),
        ("POST", "/access_tokens$"),
    ],
)
def test_a_job_is_put_off_wherever_it_meets_a_limit(home: Household, method: str, path: str) -> None:
    order = home.meets_limit(method, path, 1)
    before = time.monotonic()
    home.asks()
    home.town.passes()
    assert order.hits == 1
    assert time.monotonic() - before >= 1, "the limit was kept"
    assert "I opened draft pull request #2" in home.told()[0]
    assert (len(home.repository.pulls), len(home.told()), len(home.issue.reactions)) == (1, 1, 1)


@pytest.mark.parametrize("how", [Fault.SECONDARY_429, Fault.PRIMARY])
def test_a_status_that_can_not_be_edited_holds_nothing_up_but_the_last_word_is_said(
    home: Household, how: Fault
) -> None:
    home.meanwhile(lambda: home.meets_limit("PATCH", "/issues/comments/", 1, how))
    home.asks()
    home.town.passes()
    assert "I opened draft pull request #2" in home.told()[0]
    assert len(home.repository.pulls) == 1


def test_other_installations_do_not_wait(open_town: Town) -> None:
    home, other = open_town.household(), open_town.household()
    order = home.meets_limit("GET", "/tarball/", 12)
    home.asks()
    until(lambda: order.hits)
    other.asks()
    until(lambda: other.repository.pulls, 10)
    assert home.repository.pulls == []
    open_town.passes()
    assert len(home.repository.pulls) == 1


def test_a_token_that_ended_unnoticed_is_replaced(home: Household) -> None:
    home.meanwhile(lambda: home.town.github.tokens.clear())
    home.asks()
    home.town.passes()
    assert "I opened draft pull request #2" in home.told()[0]


def test_each_job_has_tokens_of_its_own(home: Household) -> None:
    github, town = home.town.github, home.town
    meanwhile: list[list[str]] = []

    def minted() -> list[str]:
        bodies = [seen.body for seen in github.requests if seen.path.endswith("/access_tokens") and seen.body]
        return [body["permissions"]["contents"] for body in bodies if body["repository_ids"] == [home.repository.id]]

    def help_meanwhile() -> None:
        town.does(home.alice.comments(home.issue, "/intern help"))
        until(lambda: len(home.told()) == 2)
        until(lambda: not town.service.active("delivery-"))
        meanwhile.append(minted())

    home.meanwhile(help_meanwhile)
    home.asks()
    town.passes()
    assert meanwhile == [["read", "read", "read"]], "for the label, for the job, and for the question"
    assert minted() == ["read", "read", "read", "write"], "the question's end took nothing from the job"
    assert "I opened draft pull request #2" in home.told()[0]
