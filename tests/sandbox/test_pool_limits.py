"""The pool when there is not enough, when starts fail, and when it ends."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.environment.store import EnvironmentGone
from sandbox.pool import Pool
from sandbox.room import MIB, Limits, SandboxError
from sandbox.stock.bounds import Bounds
from tests.sandbox.plain_sandbox import PlainSandbox
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


# What happens when there is not enough


def test_a_room_beyond_the_memory_waits_for_another_one_to_close(plain: PlainSandbox) -> None:
    with Pool(plain, Bounds(budget=2 * ROOM, spare=0), patience=5) as pool, ThreadPoolExecutor(1) as threads:
        first, second = pool.open({}), pool.open({})
        third = threads.submit(pool.open, {})
        time.sleep(0.05)
        assert not third.done()
        first.close()
        assert third.result(5).id == "room-2"
        second.close()


def test_who_waits_too_long_is_told_what_to_do(plain: PlainSandbox) -> None:
    with Pool(plain, Bounds(budget=ROOM, spare=0), patience=0.05) as pool, pool.open({}):
        with pytest.raises(SandboxError, match=r"100 of 100 MiB .* close some"):
            pool.open({})
        assert len(plain.tries) == 1


def test_what_can_never_fit_is_refused_at_once(plain: PlainSandbox, pool: Pool) -> None:
    with pytest.raises(SandboxError, match=r"1100 MiB does not fit .* ask for less memory"):
        pool.open({}, limits=Limits(memory=11 * ROOM))
    assert plain.tries == []


def test_the_first_to_wait_is_the_first_to_be_served(plain: PlainSandbox) -> None:
    served: list[int] = []
    with Pool(plain, Bounds(budget=2 * ROOM, spare=0), patience=20) as pool:
        holders = [pool.open({}), pool.open({})]

        def wait(number: int) -> None:
            with pool.open({}, limits=Limits(memory=(2 if number == 0 else 1) * ROOM)):
                served.append(number)

        threads = []
        for number in range(4):  # the first one needs both places, the later ones could have the first that is free
            threads.append(threading.Thread(target=wait, args=(number,)))
            threads[-1].start()
            until(lambda: len(pool._stock.demand.asks) == len(threads))
        for holder in holders:
            holder.close()
            time.sleep(0.02)
        for thread in threads:
            thread.join(10)
    assert served[0] == 0
    assert sorted(served) == [0, 1, 2, 3]


# What happens when starts fail


def test_who_waits_gets_the_error_of_the_start_and_the_next_one_a_room(plain: PlainSandbox, pool: Pool) -> None:
    plain.failures = [SandboxError("the engine is gone: start it")]

    with pytest.raises(SandboxError, match="the engine is gone: start it"):
        pool.open({})
    with pool.open({}) as room:
        assert room.id == "room-0"


def test_each_failed_start_is_told_to_one_only(plain: PlainSandbox, pool: Pool) -> None:
    plain.failures = [SandboxError("first"), SandboxError("second")]

    def ask(_: int) -> str:
        try:
            with pool.open({}) as room:
                return room.id
        except SandboxError as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(ask, range(4)))
    assert sorted(word for word in said if not word.startswith("room")) == ["first", "second"]


def test_starts_ahead_that_fail_pause_and_hinder_nobody(plain: PlainSandbox, pool: Pool) -> None:
    pool.open({}).close()
    settled(pool, 2)
    plain.failures = [SandboxError(f"busy {number}") for number in range(3)]
    before = len(plain.tries)
    with pool.open({}), pool.open({}):
        until(lambda: len(plain.tries) > before)
        time.sleep(0.5)
        assert len(plain.tries) - before <= 2  # two at once, then a pause of a second
        plain.failures = []
        with pool.open({}):
            pass  # who asks is served at once
    settled(pool, 2)


def test_a_kind_that_never_started_is_not_tried_again(plain: PlainSandbox, pool: Pool) -> None:
    plain.failures = [EnvironmentGone("it was removed")] * 9
    with pytest.raises(EnvironmentGone):
        pool.open({}, environment="gone")
    time.sleep(1.2)  # longer than the first pause
    assert len(plain.tries) == 1


def test_an_error_that_nobody_expected_reaches_who_asked_too(plain: PlainSandbox, pool: Pool) -> None:
    plain.failures = [ZeroDivisionError("a bug")]
    with pytest.raises(ZeroDivisionError):
        pool.open({})
    pool.open({}).close()


# How it ends


def test_closing_leaves_no_room_and_no_thread_and_wakes_who_waits(plain: PlainSandbox) -> None:
    pool = Pool(plain, Bounds(budget=2 * ROOM, spare=2), patience=30)
    held = [pool.open({}), pool.open({})]
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(pool.open, {})
        until(lambda: len(pool._stock.demand.asks) == 1)
        pool.close()
        with pytest.raises(SandboxError, match="closed"):
            waiting.result(5)
    with pytest.raises(SandboxError, match="closed"):
        pool.open({})
    with pytest.raises(SandboxError, match="closed"):
        pool.warm()
    pool.close()
    held[0].close()
    assert plain.living() == []
    assert plain.is_closed
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("pool-")]


def test_a_start_that_is_under_way_when_it_closes_leaves_nothing(plain: PlainSandbox) -> None:
    pool = Pool(plain, BOUNDS)
    plain.gate.clear()
    pool.warm(count=2)
    until(lambda: plain.starting == 2)
    threading.Timer(0.1, plain.gate.set).start()
    pool.close()
    assert len(plain.made) == 2
    assert plain.living() == []


def test_a_clock_that_somebody_sets_changes_nothing(
    plain: PlainSandbox, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.open({}).close()
    settled(pool, 2)
    for moment in (0.0, 4e9):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        with pool.open({}) as room:
            assert room.execute("1").stdout == "1"
    settled(pool, 2)
    assert len(plain.made) == 5
