"""Rooms that a crashed maker left behind."""

import time

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.label import OWNER
from sandbox.docker.reaper import reap
from sandbox.room import Limits

pytestmark = pytest.mark.docker


def test_what_a_dead_maker_left_is_reaped(sandbox_image: str) -> None:
    client = connect()
    maker, other = DockerSandbox(sandbox_image), DockerSandbox(sandbox_image)
    with maker, other, other.open({}) as kept:
        overdue = maker.open({}, limits=Limits(lifetime=1))
        maker.open({})
        owned = {"label": f"{OWNER}={maker.owner}"}
        assert len(client.containers.list(filters=owned)) == 2
        time.sleep(3.2)

        reap(client)
        assert [room.id for room in client.containers.list(filters=owned)] != []
        assert overdue.id not in [room.id for room in client.containers.list(all=True, filters=owned)]
        assert reap(client, owner=maker.owner) == 1
        assert client.containers.list(all=True, filters=owned) == []
        assert kept.execute("print(1)").stdout == "1\n"
    client.close()
