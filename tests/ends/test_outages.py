"""GitHub is away for longer than a question may wait: what was asked for is put off, not lost."""

import pytest

from bot.github import client
from bot.github.client import RETRIES
from tests.ends.town import Household

OPTIONS = {"longest": 0.5, "patience": 30.0}


@pytest.fixture(autouse=True)
def short_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "OUTAGE", 0.3)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/permission$"), ("GET", "/issues/1$"), ("GET", "/tarball/"), ("POST", "/git/trees$")],
)
def test_a_job_outlives_an_outage(home: Household, method: str, path: str) -> None:
    """Three times as many failures as one question bears; a writer's wish is not taken for a stranger's either."""
    there = rf"{home.repository.full_name}.*{path}"
    order = home.town.github.fail(method, there, "502", times=3 * (RETRIES + 1))
    home.asks()
    home.town.passes()
    assert order.hits == 3 * (RETRIES + 1)
    assert "I opened draft pull request #2" in home.told()[0]
    assert (len(home.repository.pulls), len(home.told()), len(home.issue.reactions)) == (1, 1, 1)


def test_an_outage_without_end_ends_the_job_and_says_so(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LONGEST_OUTAGE", 0.5)
    home.town.github.fail("GET", rf"{home.repository.full_name}.*/tarball/", "503", times=1000)
    home.asks()
    home.town.passes()
    (told,) = home.told()
    assert "GitHub could not be reached for GET" in told
    assert home.repository.pulls == []


def test_no_job_is_lost_for_a_courtesy(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LONGEST_OUTAGE", 0.5)
    order = home.town.github.fail("POST", rf"{home.repository.full_name}.*/reactions$", "502", times=1000)
    home.asks()
    home.town.passes()
    assert order.hits
    assert "I opened draft pull request #2" in home.told()[0]


def test_a_wish_that_can_t_be_looked_into_is_answered(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LONGEST_OUTAGE", 0.5)
    home.town.github.fail("GET", rf"{home.repository.full_name}.*/contents/", "502", times=1000)
    home.asks()
    home.town.passes()
    (told,) = home.told()
    assert "I did not get to it" in told
    assert "GitHub could not be reached for GET" in told
    assert "Ask me again" in told


def test_a_stranger_is_told_nothing_of_a_failure(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LONGEST_OUTAGE", 0.5)
    home.town.github.fail("GET", rf"{home.repository.full_name}.*/permission$", "502", times=1000)
    home.asks()
    home.town.passes()
    assert home.told() == []
