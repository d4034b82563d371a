"""What the health of a service says of the engine and of the watch over missed deliveries."""

from collections.abc import Iterator

import pytest

from bot.server.health import Health
from bot.server.places import look_at_sandbox, root_of
from sandbox.docker.driver import DockerSandbox
from tests.sandbox.docker.engine_proxy import EngineProxy

pytestmark = pytest.mark.docker


@pytest.fixture
def proxy() -> Iterator[EngineProxy]:
    with EngineProxy() as made:
        yield made


def test_an_engine_that_goes_and_comes_back(proxy: EngineProxy, sandbox_image: str) -> None:
    sandbox = DockerSandbox(sandbox_image, host=proxy.host)
    health = Health({"sandbox": lambda: look_at_sandbox(sandbox)}, kept=0.0)
    assert root_of(sandbox).startswith("/")
    assert health.report().body["parts"]["sandbox"] == {"ok": True, "driver": "docker"}
    proxy.stop()
    report = health.report()
    assert report.status == 200, "deliveries are stored all the same"
    assert report.body["state"] == "trouble"
    assert "the Docker engine is gone: start it" in report.body["parts"]["sandbox"]["why"]
    proxy.come_back()
    assert health.report().body["state"] == "ok"
    sandbox.close()


def test_one_that_hangs_costs_two_seconds(proxy: EngineProxy, sandbox_image: str) -> None:
    sandbox = DockerSandbox(sandbox_image, host=proxy.host)
    proxy.delays["GET .*/_ping"] = 6
    health = Health({"sandbox": lambda: look_at_sandbox(sandbox)}, patience=0.5)
    assert health.report().body["parts"]["sandbox"] == {"ok": False, "why": "does not answer"}
    proxy.delays.clear()
    proxy.stop()
