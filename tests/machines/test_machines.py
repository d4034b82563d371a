"""Two and three `intern serve` on one PostgreSQL: they are killed and frozen, and nobody on GitHub can tell."""

import signal
import threading
import time

import pytest

from bench.soak.world import Machine, World, until
from bot.engine.lease import Terms
from bot.standins.github import Issue, Recorded
from tests.engine.postgresql import start, stop
from tests.machines.conftest import SHORT, WorldMaker

pytestmark = pytest.mark.bubblewrap

LONG = 120.0


def two(world: World) -> World:
    """Two machines that answer, and whose model takes a second."""
    world.model.seconds = 1.0
    for _ in range(2):
        world.machine()
    assert until(lambda: all(one.answers() for one in world.machines), LONG)
    return world


def check(world: World, issue: Issue) -> None:
    """One pull request of one commit, one comment with its last word, one reaction."""
    place = next(one for one in world.github.repositories.values() if issue in one.issues.values())
    mine = [pull for pull in place.pulls if pull.head == f"intern/issue-{issue.number}"]
    assert len(mine) == 1
    assert len(place.log(mine[0].head)) == len(place.log("main")) + 1
    (comment,) = world.said(issue)
    assert "draft pull request" in comment
    assert [reaction.content for reaction in issue.reactions] == ["eyes"]
    assert world.github.violations == []


def holder(world: World) -> Machine:
    """The machine that is doing a job."""
    holders = [row[0] for row in world.rows("select executor_id from dbos.workflow_status where status = 'PENDING'")]
    return next(one for one in world.machines if one.lives() and any(name in one.log() for name in holders))


def per_repository(world: World) -> int:
    """The most jobs that one repository has at work."""
    query = """select count(*) from dbos.workflow_status where queue_name = 'jobs' and status = 'PENDING'
        group by queue_partition_key"""
    return max((count for (count,) in world.rows(query)), default=0)


def test_three_share_the_queue_within_its_limits_and_one_is_killed(world: WorldMaker) -> None:
    today = world(running=2)
    today.model.seconds = 0.4
    machines = [today.machine() for _ in range(3)]
    assert until(lambda: all(one.answers() for one in machines), LONG)
    places = [today.repository(number) for number in range(3)]
    issues = [today.asks(place, machines[number % 3]) for number, place in enumerate([*places, *places])]
    assert until(lambda: today.model.calls >= 4, LONG)
    victim = holder(today)
    victim.kill()
    watched: list[int] = []
    assert until(lambda: bool(watched.append(per_repository(today))) or all(map(today.ended, issues)), LONG)
    assert max(watched) == 1
    assert today.model.most == 2, "two jobs at once, on three machines"
    for issue in issues:
        check(today, issue)
    assert today.rows("select count(*) from intern_nodes") == [(2,)]


def test_a_frozen_one_that_was_about_to_write_writes_nothing_when_it_thaws(world: WorldMaker) -> None:
    """It has looked whether its comment is there. Meanwhile somebody else writes it, and then it goes on."""
    today = world()
    first = today.machine()
    assert until(first.answers, LONG)
    frozen = threading.Event()

    def freeze(seen: Recorded) -> bool:
        looks = (seen.method, seen.path.rpartition("/")[2]) == ("GET", "comments") and seen.status == 200
        if looks and not frozen.is_set():
            first.send(signal.SIGSTOP)
            frozen.set()
        return True

    today.github.watch(freeze)
    issue = today.asks(today.repository(1), first)
    assert frozen.wait(LONG)
    second = today.machine()
    assert until(lambda: set(today.states().values()) == {"SUCCESS"}, LONG)
    before = len(today.acts)
    today.github.watch(today._watch)
    first.send(signal.SIGCONT)
    assert until(lambda: "starts anew" in first.log() and first.answers(), LONG)
    time.sleep(1.0)
    assert {act[2] for act in today.acts[before:]} <= {"/installation/token"}, "its own token is all that it gives back"
    assert first.rooms() == second.rooms() == 0
    check(today, issue)

    third = today.asks(today.repository(2), first)
    assert until(lambda: today.ended(third), LONG), "it takes part again"
    check(today, third)


def test_one_that_is_told_to_leave_hands_over_at_once(world: WorldMaker) -> None:
    today = two(world(Terms(beat=0.5, lease=300.0, dead=600.0)))  # nobody would wait so long for its silence
    issue = today.asks(today.repository(1), today.machines[0])
    assert until(lambda: today.model.calls >= 1, LONG)
    leaving = holder(today)
    leaving.send(signal.SIGTERM)
    assert until(lambda: not leaving.lives(), LONG)
    assert not today.ended(issue)
    assert until(lambda: today.ended(issue), LONG)
    check(today, issue)
    assert leaving.process is not None
    assert leaving.process.exitcode == 0


def test_a_database_that_is_away_for_long_parks_the_jobs(server: str, world: WorldMaker) -> None:
    today = two(world())
    issue = today.asks(today.repository(1), today.machines[0])
    assert until(lambda: today.model.calls >= 1, LONG)
    stop(server)
    try:
        time.sleep(SHORT.lease + 1)
        calls = today.model.calls
        time.sleep(2.5)
        assert today.model.calls == calls, "without a lease no model is asked"
        assert not any(one.answers() for one in today.machines)
    finally:
        start(server)
    assert until(lambda: today.ended(issue), LONG)
    check(today, issue)
    assert until(lambda: all(one.answers() for one in today.machines), LONG)
