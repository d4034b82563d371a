"""Containers, images and engines that go away under a room: never the code's fault, and told apart from it."""

import threading
import time
from collections.abc import Iterator

import pytest

from bot.workflow.steady import SteadySandbox
from bot.workflow.stoppable import stoppable
from sandbox.agent_room import AgentRoom
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.pool import Pool
from sandbox.room import MIB, Limits, Outcome, RoomDied, SandboxAway, SandboxError
from sandbox.stock.bounds import Bounds
from tests.sandbox.docker.engine_proxy import EngineProxy

pytestmark = pytest.mark.docker


@pytest.fixture
def proxy() -> Iterator[EngineProxy]:
    with EngineProxy() as made:
        yield made


@pytest.fixture
def through(proxy: EngineProxy, sandbox_image: str) -> DockerSandbox:
    return DockerSandbox(sandbox_image, host=proxy.host, limits=Limits(lifetime=120, memory=128 * MIB))


def remove(room: AgentRoom, *, kill: bool) -> None:
    client = connect()
    client.api.kill(room.id) if kill else client.api.remove_container(room.id, force=True)
    client.close()


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "removed"])
@pytest.mark.parametrize("wait", ["execute", "run"])
def test_a_container_that_somebody_ends_is_not_the_codes_fault(sandbox: DockerSandbox, wait: str, kill: bool) -> None:
    with sandbox.open({}) as room:
        threading.Timer(0.5, lambda: remove(room, kill=kill)).start()
        with pytest.raises(SandboxAway, match="somebody has stopped or removed the room's container"):
            room.execute("while True: pass") if wait == "execute" else room.run(["sleep", "20"])
        with pytest.raises(RoomDied, match="what ran it is gone"):
            room.execute("1")


def test_one_that_is_gone_before_it_is_used(sandbox: DockerSandbox) -> None:
    with sandbox.open({}) as room:
        remove(room, kill=False)
        time.sleep(0.5)
        with pytest.raises(SandboxAway):
            room.execute("1")


def test_code_that_ends_its_own_room_is_its_own_fault(sandbox: DockerSandbox) -> None:
    with sandbox.open({}) as room:
        assert room.run(["python", "-c", "import os; os.kill(os.getppid(), 9)"]).outcome is Outcome.KILLED


def test_an_engine_that_comes_back_is_waited_for(proxy: EngineProxy, through: DockerSandbox) -> None:
    with stoppable(through, lambda: False) as rooms:
        steady = SteadySandbox(rooms, pause=0.1)
        proxy.stop()
        with pytest.raises(SandboxAway, match="the Docker engine is gone: start it"):
            rooms.open({})
        threading.Timer(1.0, proxy.come_back).start()
        with steady.open({}) as room:
            assert room.execute("print(7)").stdout == "7\n"
    through.close()


def test_also_behind_a_pool_with_idle_rooms(proxy: EngineProxy, through: DockerSandbox) -> None:
    with Pool(through, Bounds(400 * MIB, spare=1)) as pool, stoppable(pool, lambda: False) as rooms:
        steady = SteadySandbox(rooms, pause=0.1)
        steady.open({}).close()
        proxy.stop()
        threading.Timer(1.0, proxy.come_back).start()
        with steady.open({}) as room:
            assert room.execute("print(7)").stdout == "7\n"


def test_an_image_that_somebody_removed_is_made_again(proxy: EngineProxy, through: DockerSandbox) -> None:
    asked = r"POST .*/containers/create"
    proxy.answer(asked, 404, "No such image: code-intern-sandbox:gone")
    proxy.once.add(asked)
    with through.open({}) as room:
        assert room.execute("print(7)").stdout == "7\n"
    proxy.answer(asked, 404, "No such image: code-intern-sandbox:gone")
    with pytest.raises(SandboxError, match="the image is missing"):
        through.open({})  # once, and not for ever
    through.close()
