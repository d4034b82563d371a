"""Which driver makes the rooms, for what the operator says and what the machine has."""

import pytest

from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.choice import BUBBLEWRAP, DOCKER, open_sandbox
from sandbox.docker.driver import DockerSandbox
from sandbox.environment.prepare import store_of
from sandbox.environment.store import Capacity
from sandbox.room import MIB, SandboxError

NO_ENGINE = "unix:///nonexistent/docker.sock"


@pytest.mark.docker
@pytest.mark.parametrize("kind", ["", DOCKER])
def test_docker_where_an_engine_answers(kind: str) -> None:
    with open_sandbox(kind) as sandbox, sandbox.open({}) as room:
        assert isinstance(sandbox, DockerSandbox)
        assert room.execute("print(1)").stdout == "1\n"


@pytest.mark.parametrize(
    "kind", [pytest.param(DOCKER, marks=pytest.mark.docker), pytest.param(BUBBLEWRAP, marks=pytest.mark.bubblewrap)]
)
def test_what_stays_installed_is_bounded_as_was_said(kind: str) -> None:
    with open_sandbox(kind, capacity=Capacity(7, 9 * MIB)) as sandbox:
        assert store_of(sandbox).capacity == Capacity(7, 9 * MIB)


@pytest.mark.bubblewrap
def test_bubblewrap_where_the_operator_says_so() -> None:
    with open_sandbox(BUBBLEWRAP, owner="a.b/c") as sandbox, sandbox.open({}) as room:
        assert isinstance(sandbox, BubblewrapSandbox)
        assert room.execute("print(1)").stdout == "1\n"


@pytest.mark.bubblewrap
def test_bubblewrap_where_no_engine_answers_and_a_word_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", NO_ENGINE)  # where the engine's own client looks
    said: list[str] = []

    with open_sandbox(say=said.append) as sandbox:
        assert isinstance(sandbox, BubblewrapSandbox)
        assert said[-1].startswith("no Docker engine answers at DOCKER_HOST")
        assert said[-1].endswith(". Bubblewrap makes the rooms, which are weaker than containers")


def test_bubblewrap_never_takes_the_place_of_what_was_named() -> None:
    with pytest.raises(SandboxError, match="no Docker engine answers at unix:///nonexistent"):
        open_sandbox(host=NO_ENGINE)
    with pytest.raises(SandboxError, match="no Docker engine answers"):
        open_sandbox(DOCKER, host=NO_ENGINE)


def test_where_there_is_neither_both_roads_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", NO_ENGINE)
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(SandboxError, match=r"start it .*\. Bubblewrap can't take its place: .*apt install bubblewrap"):
        open_sandbox()
