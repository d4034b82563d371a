"""Webhooks that never arrived: the server was down while somebody asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.standins.github import GitHubThread
from tests.ends.town import Town, stand_in, until


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with GitHubThread(stand_in()) as thread:
        yield Town(thread, tmp_path)
        assert thread.github.violations == []


def attempts(town: Town) -> list[list[int]]:
    return [[status for _, _, status in one.attempts] for one in town.github.deliveries if one.attempts]


def looks(town: Town, times: int) -> None:
    """The watch looks so many times more."""
    seen = len(town.github.requests)
    until(lambda: sum(r.query.get("status") == "failure" for r in town.github.requests[seen:]) >= times)


def test_what_was_asked_while_the_server_was_down_is_done_once_when_it_is_back(town: Town) -> None:
    home = town.household()
    assert home.asks() == 0
    with town.server(missed=0.3):
        until(lambda: home.repository.pulls)
        town.passes()
        looks(town, 3)
        town.passes()
    with town.server(missed=0.3):
        looks(town, 3)
        town.passes()
    assert len(home.repository.pulls) == len(home.told()) == 1
    labelled = next(one for one in town.github.deliveries if one.payload.get("action") == "labeled")
    assert [status for _, _, status in labelled.attempts] == [0, 202]


def test_a_stranger_who_asked_meanwhile_is_still_a_stranger(town: Town) -> None:
    home = town.household()
    town.does(town.github.user("stranger").labels(home.issue, "intern"))
    with town.server(missed=0.3):
        until(lambda: attempts(town) == [[0, 202]])
        town.passes()
    assert (home.issue.comments, home.issue.reactions, home.repository.pulls) == ([], [], [])


def test_what_is_refused_stays_refused_and_is_asked_for_a_few_times_only(town: Town) -> None:
    home = town.household()
    with town.server() as watch:
        town.github.webhook_secret = "not the secret of the server"
        assert home.asks() == 401
        asked = []
        for hours in (0, 0, 1, 1, 9, 25, 1, 1):
            town.github.clock.advance(hours * 3600.0)
            asked.append(watch.look())
            town.does(town.github.settle())
        assert asked == [1, 0, 1, 0, 1, 1, 0, 0]
        town.passes()
        assert attempts(town) == [[401] * 5]
        assert home.issue.comments == []


def test_what_nobody_reads_and_what_is_older_than_three_days_is_left(town: Town) -> None:
    home = town.household()
    home.asks()
    town.github.clock.advance(3 * 24 * 3600.0 + 60)
    town.does(home.alice.pushes(home.repository, "topic", {"a": "b"}))
    with town.server() as watch:
        assert watch.look() == 0
    assert sum(map(len, attempts(town))) == 2


def test_a_crowd_of_missed_deliveries_is_asked_for_piece_by_piece(town: Town) -> None:
    home = town.household()
    for _ in range(130):
        town.does(home.alice.comments(home.issue, "/intern-ally, nothing"))
    with town.server() as watch:
        assert [watch.look() for _ in range(4)] == [50, 50, 30, 0]
        town.does(town.github.settle())
    assert attempts(town) == [[0, 200]] * 130


def test_a_list_that_can_not_be_read_is_told_once(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.household().asks()
    number = town.github.app.id
    with town.server(missed=0.05):
        town.github.app.id = 1
        until(lambda: [r.status for r in town.github.requests].count(404) > 5)
    town.github.app.id = number
    assert len([line for line in caplog.messages if "missed deliveries can't be looked for" in line]) == 1
