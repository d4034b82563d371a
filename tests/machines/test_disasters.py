"""What takes minutes to see: records that a fail-over loses, GitHub out of reach, a slow database; `make disasters`."""

import time
from collections.abc import Iterator

import pytest

from bench.soak.proof import Proof
from bench.soak.world import World, until
from bot.standins.github import Issue, Recorded
from tests.engine.postgresql import do_without, there
from tests.machines.conftest import SHORT
from tests.machines.failing_over import Pair, failing_over
from tests.machines.test_machines import LONG, check
from tests.machines.test_partition import Networks, networks

__all__ = ["networks"]

pytestmark = [pytest.mark.bubblewrap, pytest.mark.long]


@pytest.fixture
def pair() -> Iterator[Pair]:
    if not there():
        do_without()
    with failing_over(synchronous=False) as made:
        yield made


#: From which request to GitHub on nothing reaches the standby, and with which one the primary is gone.
LOSSES = {
    "the comment": (("GET", "/comments"), ("POST", "/comments")),
    "the branch": (("POST", "/comments"), ("POST", "/git/refs")),
    "the pull request": (("POST", "/git/trees"), ("POST", "/pulls")),
    "the whole job": (("GET", "/comments"), ("PATCH", "/last word")),
}

#: Calls of the model in all; ten are needed.
PAID = {"the comment": 10, "the pull request": 10}


@pytest.mark.parametrize("lost", LOSSES)
def test_records_that_an_asynchronous_standby_never_got(pair: Pair, proof: Proof, lost: str) -> None:
    """What they tell of is on GitHub, and the jobs find it there."""
    with World(pair.primary, "disaster", proof, SHORT) as today:
        for _ in range(2):
            today.machine(database=pair.url("disaster"))
        assert until(lambda: all(one.answers() for one in today.machines), LONG)
        pair.wait(synchronous=False)
        (first, last), seen = LOSSES[lost], list[str]()

        def watch(request: Recorded) -> bool:
            told = (request.method, request.path)
            if told[0] == first[0] and told[1].endswith(first[1]) and not seen:
                pair.stream.freeze()
                seen.append("first")
            if told[0] == last[0] and told[1].endswith(last[1]) and seen == ["first"]:
                seen.append("last")
            return True

        today.github.watch(watch)
        issue = today.asks(today.repository(1), today.machines[0])
        assert until(lambda: seen == ["first", "last"] or today.ended(issue), LONG)
        pair.fail_over()
        today.database = pair.standby.replace("/postgres?", "/disaster?")
        assert until(lambda: set(today.states().values()) == {"SUCCESS"} and today.ended(issue), LONG)
        once(today, issue)
        if lost in PAID:
            check(today, issue)
            assert today.model.calls == PAID[lost]


def once(world: World, issue: Issue) -> None:
    """One pull request of one commit, one reaction, one comment that names the pull request.

    A job that no longer knows which branch it was to make may leave that one lying, and take a second name.
    """
    (place,) = world.github.repositories.values()
    (pull,) = place.pulls
    names = {f"intern/issue-{issue.number}", f"intern/issue-{issue.number}-2"}
    assert pull.head in names
    assert set(place.branches) <= {"main", *names}
    assert len(place.log(pull.head)) == len(place.log("main")) + 1
    assert [reaction.content for reaction in issue.reactions] == ["eyes"]
    (comment,) = world.said(issue)
    assert f"{pull.number}" in comment
    assert world.github.violations == []


def test_a_machine_that_does_not_reach_github_waits_for_it(networks: Networks) -> None:
    today = networks.world
    machine = networks.machine()
    assert until(machine.answers, LONG)
    issue, answered, _ = networks.asks(1, machine)
    assert answered == 202
    assert until(lambda: today.model.calls >= 1, LONG)
    networks.ways[machine.url].github.vanish()
    time.sleep(20)
    assert machine.answers(), "webhooks are stored meanwhile"
    assert not today.ended(issue)
    networks.ways[machine.url].github.heal(old=False)
    assert until(lambda: today.ended(issue), 2 * LONG)
    check(today, issue)
    assert "starts anew" not in machine.log(), "its database was there all the time"


def test_a_slow_database_makes_a_slow_job(networks: Networks) -> None:
    today = networks.world
    machine = networks.machine()
    assert until(machine.answers, LONG)
    networks.ways[machine.url].database.delay(0.02)
    issue, answered, _ = networks.asks(1, machine)
    assert answered == 202
    assert until(lambda: today.ended(issue), 2 * LONG)
    check(today, issue)
    assert "starts anew" not in machine.log()
