"""The pool on the real engine, and what is left on it."""

import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.label import OWNER
from sandbox.docker.reaper import reap
from sandbox.environment.store import EnvironmentGone, Kind
from sandbox.files import File
from sandbox.pool import Pool
from sandbox.room import MIB, Limits, RoomDied, SandboxError
from sandbox.stock.bounds import Bounds
from sandbox.stock.place import State
from tests.sandbox.docker.engine_proxy import EngineProxy
from tests.sandbox.until import settled, until

LIMITS = Limits(seconds=20, lifetime=60, memory=160 * MIB, processes=48, workspace=16 * MIB, inodes=500)
pytestmark = pytest.mark.docker


@pytest.fixture
def real(sandbox_image: str) -> Iterator[Pool]:
    with Pool(DockerSandbox(sandbox_image, limits=LIMITS), Bounds(budget=8 * LIMITS.memory, spare=1)) as made:
        yield made


def containers(pool: Pool) -> list[str]:
    assert isinstance(pool.sandbox, DockerSandbox)
    client = connect()
    try:
        found = client.containers.list(all=True, filters={"label": f"{OWNER}={pool.sandbox.owner}"}, sparse=True)
        return [container.id for container in found]
    finally:
        client.close()


def end_everything(pool: Pool) -> None:
    client = connect()
    for container in containers(pool):
        client.api.remove_container(container, force=True)
    client.close()


def warmed(pool: Pool, count: int = 1, lent: int = 0) -> list[str]:
    """Ids of the idle rooms, once there are so many."""
    settled(pool, count, lent)
    return [place.room.id for place in pool._stock.places if place.state is State.IDLE and place.room]


def test_rooms_of_the_engine_are_started_ahead_and_know_nothing_of_each_other(real: Pool) -> None:
    with real.open({"a.py": File(b"a = 1")}) as room:
        assert room.execute("import a; secret = 42; print(a.a)").stdout == "1\n"
        (ahead,) = warmed(real, 1, lent=1)
    with real.open({}) as room:
        assert room.id == ahead
        execution = room.execute("import os; print(os.listdir('/workspace'), 'secret' in globals())")
        assert execution.stdout == "[] False\n"


def test_an_idle_container_that_was_killed_is_not_handed_out(real: Pool) -> None:
    real.warm(count=1)
    (killed,) = warmed(real)
    client = connect()
    client.api.remove_container(killed, force=True)
    client.close()

    with real.open({}) as room:
        assert room.id != killed
        assert room.execute("print(1)").stdout == "1\n"


def test_the_lifetime_counts_from_the_hand_out(real: Pool) -> None:
    short = replace(LIMITS, lifetime=1.5)
    real.warm(None, short, 1)
    (ahead,) = warmed(real)
    time.sleep(1.6)

    with real.open({}, limits=short) as room:
        assert room.id == ahead
        assert room.execute("print(1)").stdout == "1\n"
        time.sleep(1.6)
        with pytest.raises(RoomDied, match="lifetime"):
            room.execute("print(1)")


def test_a_pool_that_is_closed_leaves_nothing_on_the_engine(sandbox_image: str) -> None:
    pool = Pool(DockerSandbox(sandbox_image, limits=LIMITS), Bounds(budget=8 * LIMITS.memory, spare=2))
    pool.open({}).execute("pass")
    until(lambda: len(containers(pool)) >= 2)
    pool.close()
    assert containers(pool) == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("pool-")]


def test_an_environment_stays_while_an_idle_room_has_it_and_is_missed_once_it_is_gone(real: Pool) -> None:
    store = real.environments
    assert store is not None
    ground = store.ground("", [], lambda _: None)
    with store.fill(f"test-{secrets.token_hex(4)}", Kind.DEPENDENCIES, ground, LIMITS) as filling:
        filling.room.run(["sh", "-c", "echo 'x = 1' > /opt/env/only_here.py"])
        name = filling.settle(1).name
    try:
        real.warm(name, count=1)
        (ahead,) = warmed(real)
        assert not store.remove(name)
        with real.open({}, environment=name) as room:
            assert room.id == ahead
            assert room.execute("import only_here; print(only_here.x)").stdout == "1\n"
    finally:
        real.warm(name, count=0)
        settled(real, 0)
        assert store.remove(name)
    with pytest.raises(EnvironmentGone):
        real.open({}, environment=name)


def test_an_engine_that_stops_takes_the_idle_rooms_with_it(
    sandbox_image: str, caplog: pytest.LogCaptureFixture
) -> None:
    with EngineProxy() as proxy:
        pool = Pool(DockerSandbox(sandbox_image, limits=LIMITS, host=proxy.host), Bounds(budget=2**30, spare=1))
        pool.warm(count=1)
        warmed(pool)
        proxy.stop()
        with pytest.raises(SandboxError, match="start it"):
            pool.open({})
        pool.close()
        assert "the Docker engine is gone" in caplog.text
    assert len(containers(pool)) == 1
    client = connect()
    reap(client)  # its maker counts as dead, as it could not remove everything
    client.close()
    assert containers(pool) == []


def test_closing_does_not_wait_for_an_engine_that_hangs(sandbox_image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.pool.DRAIN", 0.5)
    with EngineProxy() as proxy:
        pool = Pool(DockerSandbox(sandbox_image, limits=LIMITS, host=proxy.host), Bounds(budget=2**30, spare=1))
        pool.warm(count=1)
        warmed(pool)
        proxy.delays["DELETE|containers/json"] = 20
        started = time.monotonic()
        pool.close()
        assert time.monotonic() - started < 10
        with pytest.raises(SandboxError, match="closed"):
            pool.open({})
    end_everything(pool)
