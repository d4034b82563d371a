"""A database whose answer to "commit" is lost on its way: what was written counts, and nothing is done twice."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines.relay import Relay
from tests.machines.test_nodes import Cluster, until


class Deaf:
    """Keeps from a client the answer to the commit of a statement with these words; once."""

    def __init__(self, relay: Relay) -> None:
        self._relay, self._words = relay, (b"",)
        self._said: dict[int, bytes] = {}
        self.happened = threading.Event()
        self.happened.set()
        relay.watch = self._hears

    def lose(self, *words: bytes) -> None:
        self._said.clear()
        self._words = words
        self.happened.clear()

    def _hears(self, number: int, data: bytes) -> bool:
        if self.happened.is_set():
            return True
        said = self._said.get(number, b"") + data
        self._said[number] = said.rpartition(b"COMMIT")[2] if b"COMMIT" in data else said
        if b"COMMIT" in data and all(word in said for word in self._words):
            self.happened.set()
        return not self.happened.is_set()

    def cut(self) -> None:
        """Let the client notice, after the server had its time."""
        assert self.happened.wait(30)
        time.sleep(0.3)
        self._relay.cut()


@pytest.fixture
def relay(server: str) -> Iterator[Relay]:
    with Relay(Path(server.partition("host=")[2]) / ".s.PGSQL.5432") as one:
        yield one


@pytest.fixture
def cluster(server: str, relay: Relay, tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(server, "lost_words", tmp_path)
    made.url = f"postgresql://tester@127.0.0.1:{relay.port}/lost_words"
    yield made
    made.close()


def test_of_a_claim_and_of_a_record(cluster: Cluster, relay: Relay) -> None:
    deaf = Deaf(relay)
    cluster.add()
    deaf.lose(b"UPDATE dbos.workflow_status SET status=", b"recovery_attempts=(")
    cluster.ask("a")
    deaf.cut()
    assert cluster.rows("select executor_id from dbos.workflow_status where status = 'PENDING'")
    assert until(lambda: len(cluster.notes("a works")) == 1), "the process was given it, and did not hear of it"
    deaf.lose(b"INSERT INTO dbos.operation_outputs")
    cluster.go("a")
    deaf.cut()
    assert until(lambda: cluster.ended("a"))
    assert [line.rpartition(" ")[0] for line in cluster.notes("a ")] == ["a begins", "a works", "a ends"]
    assert cluster.notes("lost") == []
