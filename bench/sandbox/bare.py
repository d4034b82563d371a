"""A bare container: what an engine needs for the least that runs code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.sandbox.turns import timed
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.label import room_labels

SECONDS = 60


@contextmanager
def bare_container(sandbox: DockerSandbox) -> Iterator[Any]:
    """A running container of the same image, without a network like ours and without anything else of ours.

    The labels let the sandbox's own end find it, whatever happens here.
    """
    container = sandbox.client.containers.create(
        sandbox.image,
        ["sleep", str(SECONDS)],
        network_mode="none",
        labels=room_labels(sandbox.owner, SECONDS),
        auto_remove=True,
    )
    try:
        container.start()
        yield container
    finally:
        container.remove(force=True)


def run_nothing(container: Any) -> float:
    """Seconds that the engine needs to run the least of programs in a running container, its end included."""

    def run() -> None:
        api = container.client.api
        api.exec_start(api.exec_create(container.id, ["/bin/true"])["Id"])

    return timed(run)
