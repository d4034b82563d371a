"""A server that comes and goes while a limit lasts, writes that keep their distance, and an hour that passes."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.standins.github import Fault, GitHubThread
from bot.standins.github.service import Recorded
from tests.ends.town import Household, Town, stand_in, until

#: Longer waits put a job off, which has patience for so long.
OPTIONS = {"longest": 0.5, "patience": 30.0}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town without a server yet."""
    with GitHubThread(stand_in()) as thread:
        yield Town(thread, tmp_path, **OPTIONS)
        assert thread.github.violations == []


def test_nothing_is_asked_while_the_primary_limit_lasts_and_a_restart_waits_for_the_rest(town: Town) -> None:
    home, moments = town.household(), []
    there = home.repository.full_name

    def watch(seen: Recorded) -> bool:
        if there in seen.path and seen.status == 0:
            moments.append(time.monotonic())
        return True

    with town.server():
        town.github.watch(watch)
        order = home.meets_limit("GET", "/tarball/", 4, Fault.PRIMARY)
        home.asks()
        until(lambda: order.hits)
        told = time.monotonic()
        time.sleep(0.5)  # for the record of the step
    with town.server():
        until(lambda: home.repository.pulls)
        town.passes()
    assert [moment for moment in moments if told + 0.1 < moment < told + 3.8] == []
    assert max(moments) < told + 30, "and only the rest of it was waited for"
    assert "I opened draft pull request #2" in home.told()[0]


def test_the_jobs_patience_ends_and_this_is_said_as_soon_as_it_can_be(tmp_path: Path) -> None:
    with GitHubThread(stand_in()) as thread:
        town = Town(thread, tmp_path, longest=0.5, patience=3.0)
        home = town.household()
        for _ in range(2):
            home.meets_limit("GET", "/tarball/", 2)
        with town.server():
            home.asks()
            town.passes()
        (told,) = home.told()
        assert "Something went wrong on my side" in told
        assert "GitHub's rate limit asks to wait 2 seconds before GET" in told
        assert "I have waited 2 seconds before" in told
        assert home.repository.pulls == []


def test_writes_keep_their_distance(tmp_path: Path) -> None:
    moments: dict[str, list[float]] = {}

    def watch(seen: Recorded) -> bool:
        if seen.status == 0 and seen.method != "GET" and "/repos/" in seen.path:
            moments.setdefault(seen.path.split("/")[2], []).append(time.monotonic())
        return True

    with GitHubThread(stand_in()) as thread:
        town = Town(thread, tmp_path, pace=0.3, clock=None)
        thread.github.watch(watch)
        homes = [town.household(), town.household()]
        with town.server():
            for home in homes:
                home.asks()
            town.passes()
    for home in homes:
        assert "I opened draft pull request #2" in home.told()[0]
        each = moments[home.alice.login]
        assert len(each) > 6
        assert min(after - before for before, after in itertools.pairwise(each)) >= 0.25


def tokens(home: Household) -> list[Recorded]:
    minted = [seen for seen in home.town.github.requests if seen.path.endswith("/access_tokens")]
    return [seen for seen in minted if seen.body["repository_ids"] == [home.repository.id]]


def test_tokens_are_renewed_before_they_end_and_revoked_at_the_end(town: Town) -> None:
    home = town.household()
    home.meanwhile(lambda: town.github.clock.advance(3500))
    with town.server():
        home.asks()
        town.passes()
    assert "I opened draft pull request #2" in home.told()[0]
    assert 401 not in {seen.status for seen in town.github.requests}
    contents = [seen.body["permissions"]["contents"] for seen in tokens(home)]
    assert contents.count("write") == 1
    assert contents.count("read") >= 2
    for seen in tokens(home):
        assert set(seen.body["permissions"]) <= {
            "contents", "issues", "metadata", "pull_requests", "checks", "statuses"
        }  # fmt: skip
    left = [access for access in town.github.tokens.values() if access.expires > town.github.clock() + 200]
    assert left == [], "what is not about to end by itself was revoked"
