"""A whole `intern serve` with containers is killed in the middle of a job: the next one leaves none of them."""

from collections.abc import Callable
from contextlib import closing

import pytest

from bot.server.line import line_of_store
from sandbox.docker.engine import connect
from sandbox.docker.label import OWNER, line_of
from tests.crashes.checks import check_one_pull_request, check_told_once
from tests.crashes.edges import REPLY, Edge, Fate
from tests.crashes.repository import FILES, solving
from tests.crashes.stage import CrashStage, until
from tests.crashes.stories import SOLVE

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]


def rooms(line: str) -> dict[str, str]:
    """The containers of a line of processes: owner by id."""
    with closing(connect(None)) as client:
        found = client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True)
        return {one.id: one.labels[OWNER] for one in found if line_of(one.labels[OWNER]) == line}


def test_no_container_of_a_killed_bot_is_left(sandbox_image: str) -> None:
    with CrashStage(FILES, solving(), None, engine=True) as stage:
        fate = Fate(stage, [Edge(REPLY, 4, done=False)])
        conversation, act = SOLVE.begin(stage)
        stage.start()
        stage.listening()
        stage.asks(act())
        assert stage.dies(), "there was no fourth call"
        line = line_of_store(f"sqlite:///{stage.terms.database}")
        (dead,) = set(rooms(line).values())
        fate.begin()
        stage.start()
        stage.passes(conversation, seconds=300)
        assert stage.jobs() == ["SUCCESS"]
        assert len(stage.model.requests) == 4
        check_one_pull_request(stage, conversation)
        check_told_once(stage, conversation)
        left: Callable[[], bool] = lambda: dead in rooms(line).values()  # noqa: E731
        assert until(lambda: not left()), "rooms of the killed bot are left"
        ended = stage.bot
        assert ended is not None
        ended.terminate()
        ended.join(60)
        assert ended.exitcode == 0
        assert rooms(line) == {}
