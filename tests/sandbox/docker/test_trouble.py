"""An engine that is gone, stuck, full or of the wrong kind: one line that says what to do, nothing left behind."""

import io
import tarfile
import threading
import time
from collections.abc import Iterator

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.label import OWNER
from sandbox.files import File
from sandbox.room import MIB, Limits, Outcome, RoomDied, SandboxError
from tests.sandbox.docker.engine_proxy import EngineProxy

pytestmark = pytest.mark.docker


@pytest.fixture
def proxy() -> Iterator[EngineProxy]:
    with EngineProxy() as made:
        yield made


@pytest.fixture
def through(proxy: EngineProxy, sandbox_image: str) -> DockerSandbox:
    """A sandbox whose engine is behind the proxy."""
    return DockerSandbox(sandbox_image, host=proxy.host, limits=Limits(lifetime=120))


def left(sandbox: DockerSandbox) -> list[str]:
    """What is still there once the engine had a moment to finish a removal."""
    client = connect()
    wanted = {"label": f"{OWNER}={sandbox.owner}"}
    try:
        for _ in range(50):
            found = [one.id for one in client.containers.list(all=True, filters=wanted, ignore_removed=True)]
            if not found:
                break
            time.sleep(0.1)
        return found
    finally:
        client.close()


def test_an_engine_that_is_gone_before_a_room_is_made(proxy: EngineProxy, through: DockerSandbox) -> None:
    proxy.stop()

    with pytest.raises(SandboxError, match=r"making a room failed: the Docker engine is gone: start it"):
        through.open({})


@pytest.mark.parametrize("wait", ["execute", "run", "collect"])
def test_an_engine_that_goes_away_is_not_the_codes_fault(proxy: EngineProxy, through: DockerSandbox, wait: str) -> None:
    room = through.open({"a": File(b"x")})
    threading.Timer(0.5 if wait != "collect" else 0, proxy.stop).start()
    if wait == "collect":
        time.sleep(0.3)
    work = {
        "execute": lambda: room.execute("while True: pass", seconds=20),
        "run": lambda: room.run(["sleep", "20"]),
        "collect": room.collect,
    }[wait]

    with pytest.raises(SandboxError, match="is gone: start it"):
        work()
    with pytest.raises(RoomDied, match="what ran it is gone"):
        room.execute("1")
    room.close()
    direct = connect()
    direct.api.remove_container(room.id, force=True)  # nobody could through the proxy; the reaper would
    direct.close()


def test_an_engine_that_does_not_answer(proxy: EngineProxy, through: DockerSandbox) -> None:
    through.client.api.timeout = 1
    proxy.delays[r"POST .*/containers/.*/start"] = 3

    with pytest.raises(SandboxError, match="does not answer in time: it is overloaded or stuck; restart it"):
        through.open({})
    proxy.delays.clear()
    time.sleep(3)
    assert left(through) == []


def test_a_container_whose_name_never_arrived_is_removed_all_the_same(
    proxy: EngineProxy, through: DockerSandbox
) -> None:
    through.client.api.timeout = 1
    proxy.delays[r"GET .*/containers/[0-9a-f]+/json"] = 2  # after the container is made, before its name is known

    with pytest.raises(SandboxError, match="does not answer in time"):
        through.open({})
    assert left(through) == []


def test_no_code_runs_in_an_engine_that_keeps_no_limits(proxy: EngineProxy, sandbox_image: str) -> None:
    # What a rootless engine of version 20.10 says on cgroup v1; a room of it could take all of the machine's memory.
    proxy.tell("GET .*/info", '{"MemoryLimit": false, "PidsLimit": false, "CpuCfsQuota": true}')

    with pytest.raises(SandboxError, match=r"can't limit memory, the number of processes, so .*rootless, .*cgroup v2"):
        DockerSandbox(sandbox_image, host=proxy.host)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("mkdir /var/lib/docker/overlay2/x: no space left on device", "the engine's disk is full: free some"),
        ("unknown or invalid runtime name: runsc", "the engine does not know that runtime: register it"),
        ("something else entirely", "the Docker engine said: something else entirely"),
    ],
)
def test_what_the_engine_says_is_told_with_what_to_do(
    proxy: EngineProxy, through: DockerSandbox, said: str, advice: str
) -> None:
    proxy.answer(r"POST .*/containers/.*/start", 500, said)

    with pytest.raises(SandboxError, match=advice):
        through.open({})
    assert left(through) == []


def test_an_image_for_another_kind_of_machine(sandbox: DockerSandbox) -> None:
    client = connect()
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name in ("usr/bin/timeout", "workspace/x"):
            member = tarfile.TarInfo(name)
            program = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00\x01\x00\x00\x00" + bytes(100)  # aarch64
            member.size, member.mode = len(program), 0o755
            archive.addfile(member, io.BytesIO(program))
    tag = "code-intern-test:alien"
    client.api.import_image_from_data(
        content.getvalue(), repository="code-intern-test", tag="alien", changes=["ENV PATH=/usr/bin"]
    )
    try:
        with DockerSandbox(tag) as alien, pytest.raises(SandboxError) as told:
            alien.open({})
        assert "another kind of machine: remove it (docker rmi)" in str(told.value)
        assert left(alien) == []
    finally:
        client.images.remove(tag, force=True)
        client.close()


@pytest.mark.parametrize(
    "files",
    [
        {f"f{number}": File(b"") for number in range(200_000)},
        {f"big{number}": File(bytes(64 * MIB)) for number in range(32)},
    ],
    ids=["200,000 files", "2 GiB"],
)
def test_a_repository_that_is_too_large_is_refused_before_a_room_is_made(
    sandbox: DockerSandbox, files: dict[str, File]
) -> None:
    with pytest.raises(SandboxError, match=r"don't fit into a room: its workspace holds .* give it larger limits"):
        sandbox.open(files)


def test_a_clock_that_jumps_changes_no_deadline(sandbox: DockerSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    with sandbox.open({}, limits=Limits(seconds=20, lifetime=60, memory=160 * MIB)) as room:
        for jump in (-10 * 86400, 10 * 86400):
            monkeypatch.setattr(time, "time", lambda jump=jump: real() + jump)
            assert room.execute("print(1)").stdout == "1\n"
        started = time.monotonic()
        assert room.execute("import os; x = bytearray(2**30)").outcome is Outcome.OUT_OF_MEMORY
        assert time.monotonic() - started < 15
