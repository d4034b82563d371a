"""The engine is restarted in the middle of a job: its rooms are lost, and the job goes on to its pull request."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bot.demo.run import sample_files, sample_issue
from bot.demo.stage import Stage
from bot.programs.model import Model
from bot.standins.github import GitHub, Limits
from bot.standins.replayed_model import ReplayedModel
from bot.words.budget import Budget
from bot.words.progress import Phase
from bot.workflow.workshop import Workshop
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.label import OWNER
from sandbox.room import Limits as RoomLimits
from tests.journeys.script import solution
from tests.sandbox.docker.engine_proxy import EngineProxy

pytestmark = pytest.mark.docker


@pytest.fixture
def proxy() -> Iterator[EngineProxy]:
    with EngineProxy() as made:
        yield made


def restart(proxy: EngineProxy, sandbox: DockerSandbox) -> None:
    """Connections end, containers die, nobody answers for a while: an engine without live-restore."""
    proxy.stop()
    client = connect()
    for room in client.containers.list(filters={"label": f"{OWNER}={sandbox.owner}"}, ignore_removed=True):
        client.api.remove_container(room.id, force=True)
    client.close()
    time.sleep(1.5)
    proxy.come_back()


def when(happened: Callable[[], bool], do: Callable[[], None], done: list[int]) -> None:
    def watch() -> None:
        while not happened():
            time.sleep(0.02)
        do()
        done.append(1)

    threading.Thread(target=watch, daemon=True).start()


def test_twice_and_the_job_is_proven_all_the_same(
    proxy: EngineProxy, sandbox_image: str, dspy_configured: None
) -> None:
    sandbox = DockerSandbox(sandbox_image, host=proxy.host, limits=RoomLimits(seconds=30, lifetime=300))
    github = GitHub(limits=Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000))
    done: list[int] = []

    def again() -> None:
        restart(proxy, sandbox)

    with ReplayedModel(solution()) as model:
        workshop = Workshop(model=Model(name="ollama_chat/replayed", url=model.url, timeout=20), sandbox=sandbox)
        with Stage(workshop, Budget(attempts=2), github=github) as stage:
            alice = github.user("alice")
            repository = github.repository("alice/tempo", dict(sample_files()))
            title, body = sample_issue()
            issue = repository.issue(title, body, by=alice)
            for phase in (Phase.PREPARE, Phase.VERIFY):  # in the first suite, and in the evidence
                begun = f"\N{HOURGLASS WITH FLOWING SAND} {phase.value}"
                when(lambda begun=begun: any(begun in one.body for one in issue.comments), again, done)  # type: ignore[misc]
            stage.world.run(alice.labels(issue, "intern"))
            assert stage.wait(270)
            told = [comment.body for comment in issue.comments]
        assert len(done) == 2, told
        assert len(repository.pulls) == 1, told
        assert github.violations == []
    sandbox.close()
