"""What crashed processes left: found and removed, while nothing of a living one is touched."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from docker.errors import DockerException

from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.label import DEADLINE, ENVIRONMENT, OWNER, VOLUME_PREFIX, new_owner, volume_labels
from sandbox.docker.reaper import Reader, reap, sweeping
from sandbox.presence import Presence, presence_path
from sandbox.reaper import Reaper, SteadyClock
from sandbox.room import MIB, Limits, SandboxError
from tests.sandbox.until import until

LIMITS = Limits(seconds=20, lifetime=120, memory=160 * MIB, processes=48, workspace=16 * MIB, inodes=500)

#: A process with idle rooms, a busy one, and a volume that it is about to fill. Its first line names its owner.
CRASHING = f"""
import sys, threading, time
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.label import volume_labels
from sandbox.pool import Pool
from sandbox.room import Limits
from sandbox.stock.bounds import Bounds

sandbox = DockerSandbox({{image!r}}, limits={LIMITS!r}, owner={{owner!r}})
pool = Pool(sandbox, Bounds(budget=2**30, spare=1))
room = pool.open({{{{}}}})
threading.Thread(target=room.execute, args=("while True: pass",), daemon=True).start()
name = "{VOLUME_PREFIX}-test-" + sandbox.owner.replace(".", "-")
sandbox.client.volumes.create(name, labels=volume_labels(sandbox.owner, "{VOLUME_PREFIX}-none"))
while [place.state.name for place in pool._stock.places].count("IDLE") != 1:
    time.sleep(0.01)
print(sandbox.owner, flush=True)
sys.stdin.read()
pool.close()
"""


class Process:
    """A process of its own that has rooms."""

    def __init__(self, image: str, owner: str | None = None) -> None:
        code = CRASHING.format(image=image, owner=owner)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.owner = self.process.stdout.readline().strip()
        assert self.owner, "the process did not start"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> None:
        self.process.communicate("")


@pytest.fixture
def client() -> Iterator[Any]:
    made = connect()
    yield made
    made.close()


@pytest.fixture
def start(sandbox_image: str, client: Any) -> Iterator[Callable[..., Process]]:
    """Starts processes; in the end nothing of them is left, whatever a test found."""
    started: list[Process] = []

    def begin(owner: str | None = None) -> Process:
        started.append(Process(sandbox_image, owner))
        return started[-1]

    yield begin
    for process in started:
        if process.process.poll() is None:
            process.kill()
        for container in rooms(client, process.owner):
            with suppress(DockerException):
                client.api.remove_container(container, force=True)
        for volume in volumes(client, process.owner):
            client.api.remove_volume(volume)
        presence_path(process.owner).unlink(missing_ok=True)


def rooms(client: Any, owner: str) -> list[str]:
    found = client.api.containers(all=True, filters={"label": f"{OWNER}={owner}"})
    return [container["Id"] for container in found]


def volumes(client: Any, owner: str) -> list[str]:
    found = client.api.volumes(filters={"label": f"{OWNER}={owner}"})["Volumes"] or []
    return [volume["Name"] for volume in found]


# On the engine


@pytest.mark.docker
def test_what_a_killed_process_left_goes_and_what_a_living_one_has_stays(
    client: Any, start: Callable[..., Process]
) -> None:
    killed, living = start(), start()
    killed.kill()
    assert len(rooms(client, killed.owner)) == 2
    assert len(volumes(client, killed.owner)) == 1

    assert reap(client) >= 3
    assert (rooms(client, killed.owner), volumes(client, killed.owner)) == ([], [])
    assert len(rooms(client, living.owner)) == 2
    assert len(volumes(client, living.owner)) == 1
    long_ago = {OWNER: living.owner, DEADLINE: "1"}
    assert not Reader(time.time()).is_left(long_ago), "a clock that was set makes nobody dead"

    living.end()
    assert rooms(client, living.owner) == []


@pytest.mark.docker
def test_the_only_one_of_a_line_that_lives_ends_what_the_others_left(
    client: Any, start: Callable[..., Process]
) -> None:
    earlier, other = start("line.1"), start("line-2.1")
    presence_path(earlier.owner).unlink()  # as in a container of its own: nobody can tell whether it lives

    reap(client)
    assert len(rooms(client, earlier.owner)) == 2
    reap(client, mine="line.2", line="line")
    assert (rooms(client, earlier.owner), volumes(client, earlier.owner)) == ([], [])
    assert len(rooms(client, other.owner)) == 2


@pytest.mark.docker
def test_of_an_unknown_owner_only_what_is_long_overdue_goes(client: Any, sandbox_image: str) -> None:
    def left(deadline: float) -> str:
        labels = {OWNER: new_owner(), DEADLINE: str(int(deadline))}
        made = client.api.create_container(sandbox_image, ["true"], labels=labels)
        return str(made["Id"])

    late, fresh = left(time.time() - 700), left(time.time() - 60)
    try:
        reap(client)
        found = [container["Id"] for container in client.api.containers(all=True)]
        assert late not in found
        assert fresh in found
    finally:
        client.api.remove_container(fresh, force=True)


@pytest.mark.docker
def test_an_owner_finds_its_own_rooms_when_their_time_is_over(client: Any, sandbox_image: str) -> None:
    with DockerSandbox(sandbox_image, limits=LIMITS) as maker, maker.open({}) as room:
        reap(client, mine=maker.owner)
        assert room.execute("print(1)").stdout == "1\n"
        reap(client, mine=maker.owner, now=time.time() + LIMITS.lifetime + 5)
        assert rooms(client, maker.owner) == []


@pytest.mark.docker
def test_volumes_that_were_settled_stay(client: Any) -> None:
    record = f"{VOLUME_PREFIX}-test-{new_owner()}"
    overdue = {**volume_labels(new_owner(), record), DEADLINE: "1"}
    names = {"content": f"{record}-1", "loser": f"{record}-2", "empty": f"{record}-3", "record": record}
    try:
        for name in ("content", "loser"):
            client.volumes.create(names[name], labels=overdue)
        client.volumes.create(names["empty"])  # as the engine does for a mount whose name stands for nothing
        client.volumes.create(record, labels={ENVIRONMENT: names["content"]})

        reap(client)
        left = {volume.name for volume in client.volumes.list()}
        assert left >= {names["content"], record}
        assert left.isdisjoint({names["loser"], names["empty"]})
    finally:
        for name in names.values():
            with suppress(DockerException):
                client.api.remove_volume(name)


def test_a_label_that_is_none_of_ours_is_no_deadline() -> None:
    assert Reader(1e9).is_left({OWNER: "somebody", DEADLINE: "tomorrow"})
    assert Reader(1e9).is_left({})
    assert not Reader(1e9).is_left({OWNER: "somebody", DEADLINE: str(10**9)})
    assert Reader(1e9, mine="me.2", line="me").is_left({OWNER: "me.1", DEADLINE: str(10**10)})
    assert not Reader(1e9, mine="me.2", line="me").is_left({OWNER: "me.2", DEADLINE: str(10**10)})


def test_nobody_ends_what_a_living_one_has_whose_line_is_the_same_by_a_copy() -> None:
    with Presence("copied.1"):
        for deadline in ("1", str(10**10)):
            assert not Reader(1e9, mine="copied.2", line="copied").is_left({OWNER: "copied.1", DEADLINE: deadline})
    assert Reader(1e9, mine="copied.2", line="copied").is_left({OWNER: "copied.1", DEADLINE: str(10**10)})


# The one who does it


def test_a_reaper_sweeps_at_once_and_again_and_outlives_what_fails(caplog: pytest.LogCaptureFixture) -> None:
    rounds: list[float] = []

    def fails(now: float) -> int:
        raise SandboxError("no Docker engine answers")

    def counts(now: float) -> int:
        rounds.append(now)
        return len(rounds) % 2

    with caplog.at_level(logging.INFO), Reaper([fails, counts], every=0.01) as reaper:
        reaper.start()
        until(lambda: len(rounds) > 5)
    after = len(rounds)
    time.sleep(0.05)
    assert len(rounds) == after
    assert caplog.text.count("no Docker engine answers") == 1
    assert "removed 1 things" in caplog.text


def test_closing_a_reaper_does_not_wait_for_an_engine_that_hangs() -> None:
    hanging = threading.Event()
    reaper = Reaper([lambda _: hanging.wait() and 0])
    reaper.start()
    started = time.monotonic()
    reaper.close(0.1)
    assert time.monotonic() - started < 5
    hanging.set()


@pytest.mark.docker
def test_a_reaper_of_an_engine_finds_what_was_left(client: Any, start: Callable[..., Process]) -> None:
    killed = start()
    killed.kill()
    with Reaper([sweeping(None, "")]) as reaper:
        reaper.start()
        until(lambda: not rooms(client, killed.owner) and not volumes(client, killed.owner))


def test_no_deadline_is_missed_because_somebody_set_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, began = SteadyClock(), time.time()
    monkeypatch.setattr(time, "time", lambda: began + 1e6)
    assert clock.now() < began + 100
    monkeypatch.setattr(time, "time", lambda: began - 1e6)
    assert clock.now() == began - 1e6
