"""The pool: idle rooms of the kinds that are used, each handed out once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sandbox.files import File
from sandbox.pool import Pool
from sandbox.room import MIB, Limits, SandboxError
from sandbox.stock.bounds import Bounds
from tests.sandbox.plain_sandbox import PlainRoom, PlainSandbox
from tests.sandbox.until import settled, until

ROOM = 100 * MIB
BOUNDS = Bounds(budget=10 * ROOM, spare=2, idle=4)


@pytest.fixture
def plain() -> PlainSandbox:
    return PlainSandbox()


@pytest.fixture
def pool(plain: PlainSandbox) -> Iterator[Pool]:
    with Pool(plain, BOUNDS, patience=5) as made:
        yield made


# What it promises to those who open rooms


def test_an_idle_room_is_handed_out_although_the_engine_starts_none(plain: PlainSandbox, pool: Pool) -> None:
    pool.open({}).close()
    settled(pool, 2)
    ahead = {room.id for room in plain.living()}
    plain.gate.clear()

    with pool.open({"a.py": File(b"1")}) as first, pool.open({}) as second:
        assert {first.id, second.id} == ahead
        assert [set(room.files) for room in plain.living() if room.id == first.id] == [{"a.py"}]
        plain.gate.set()


def test_a_room_is_handed_out_once_and_never_comes_back(plain: PlainSandbox, pool: Pool) -> None:
    def use(_: int) -> str:
        with pool.open({}) as room:
            time.sleep(0.002)
            return room.id

    with ThreadPoolExecutor(12) as threads:
        used = list(threads.map(use, range(120)))

    assert len(set(used)) == 120
    settled(pool, 2)
    assert {room.id for room in plain.living()}.isdisjoint(used)


def test_no_more_than_the_bounds_allow_under_load(plain: PlainSandbox, pool: Pool) -> None:
    plain.slow_close = 0.003
    kinds = [(None, 1), ("a", 1), ("b", 2), ("c", 4)]

    def use(number: int) -> None:
        environment, size = kinds[number % 4]
        with pool.open({}, limits=Limits(memory=size * ROOM), environment=environment) as room:
            assert room.limits == Limits(memory=size * ROOM)
            time.sleep(0.001)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(use, range(160)))

    assert plain.most_memory <= BOUNDS.budget
    assert plain.most_starting == 2


def test_a_room_lives_as_long_as_was_asked_for_whenever_it_was_started(plain: PlainSandbox, pool: Pool) -> None:
    asked = replace(plain.limits, seconds=7, lifetime=50)

    with pool.open({}, limits=asked) as room:
        assert plain.made[0].made_with.lifetime == 50 + BOUNDS.keep
        assert room.limits == asked == plain.made[0].limits


def test_how_long_an_execution_may_take_makes_no_other_kind(plain: PlainSandbox, pool: Pool) -> None:
    pool.open({}, limits=replace(plain.limits, seconds=7)).close()
    settled(pool, 2)
    plain.gate.clear()

    with pool.open({}, limits=replace(plain.limits, seconds=9)) as room:
        assert room.limits.seconds == 9
        plain.gate.set()


def test_files_that_fit_no_room_cost_none(plain: PlainSandbox, pool: Pool) -> None:
    with pytest.raises(SandboxError, match="don't fit"):
        pool.open({"a": File(b"x" * (plain.limits.workspace + 1))})
    assert plain.made == []


def test_a_room_that_takes_no_files_is_given_up(plain: PlainSandbox, pool: Pool) -> None:
    class Full(PlainRoom):
        def put(self, files: object) -> None:
            raise SandboxError("the files don't fit")

    pool.open({}).close()
    settled(pool, 2)
    for room in plain.living():
        room.__class__ = Full
    with pytest.raises(SandboxError, match="don't fit"):
        pool.open({})
    settled(pool, 2)
    assert len(plain.made) == 4


# What it keeps


def test_nothing_is_started_before_somebody_asks(plain: PlainSandbox, pool: Pool) -> None:
    assert plain.tries == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("pool-")]


def test_an_announced_kind_is_there_before_the_first_one_asks(plain: PlainSandbox, pool: Pool) -> None:
    pool.warm("numpy", count=3)
    settled(pool, 3)
    plain.gate.clear()

    with pool.open({}, environment="numpy") as room:
        assert room.id in {"room-0", "room-1", "room-2"}
        plain.gate.set()

    pool.warm("numpy", count=0)
    settled(pool, 0)


def test_the_kind_used_longest_ago_makes_room_first(plain: PlainSandbox, pool: Pool) -> None:
    for environment in ("old", "middle", "new"):
        pool.open({}, environment=environment).close()
        settled(pool, 2 if environment == "old" else 4)
    assert sorted(room.environment or "" for room in plain.living()) == ["middle"] * 2 + ["new"] * 2


def test_idle_rooms_give_way_to_somebody_who_waits(plain: PlainSandbox) -> None:
    with Pool(plain, Bounds(budget=4 * ROOM, spare=2), patience=5) as pool:
        pool.open({}, environment="old").close()
        settled(pool, 2)

        with pool.open({}, limits=Limits(memory=4 * ROOM)):
            assert [room.environment for room in plain.living()] == [None]
        assert plain.most_memory <= 4 * ROOM


def test_a_dead_idle_room_is_replaced_and_never_handed_out(plain: PlainSandbox, pool: Pool) -> None:
    pool.open({}).close()
    settled(pool, 2)
    dead = plain.living()
    for room in dead:
        room.dead = True

    with pool.open({}) as room:
        assert room.id not in {one.id for one in dead}
    settled(pool, 2)
    assert all(one.closed for one in dead)


def test_a_room_that_was_idle_too_long_is_replaced(plain: PlainSandbox) -> None:
    with Pool(plain, Bounds(budget=4 * ROOM, spare=1, keep=0.2), patience=5) as pool:
        pool.warm(count=1)
        settled(pool, 1)
        until(lambda: plain.made[0].closed and len(plain.living()) == 1)


def test_a_kind_that_nobody_uses_any_more_is_forgotten(plain: PlainSandbox) -> None:
    with Pool(plain, Bounds(budget=4 * ROOM, spare=2, keep=0.2), patience=5) as pool:
        pool.open({}).close()
        settled(pool, 2)
        settled(pool, 0)
        time.sleep(0.3)
        assert plain.living() == []


def test_a_room_that_nobody_closes_is_taken_away_when_its_time_is_over(plain: PlainSandbox) -> None:
    with Pool(plain, Bounds(budget=ROOM, spare=0, grace=0.1), patience=5) as pool:
        lost = pool.open({}, limits=replace(plain.limits, lifetime=0.1))
        with pool.open({}):
            assert plain.made[0].closed
        lost.close()
