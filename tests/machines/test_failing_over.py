"""The database is started anew, or another server takes its place, while a job is at work; nobody can tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.lease import TERMS
from tests.engine.postgresql import do_without, start, stop, there
from tests.machines.failing_over import Pair, failing_over
from tests.machines.test_nodes import Cluster, until


@pytest.fixture
def pair() -> Iterator[Pair]:
    if not there():
        do_without()
    with failing_over(synchronous=True) as made:
        yield made


@pytest.fixture
def cluster(pair: Pair, tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(pair.primary, "over", tmp_path)
    made.url = pair.url("over")
    yield made
    made.close()


def test_with_a_synchronous_standby_nothing_is_lost(cluster: Cluster, pair: Pair) -> None:
    cluster.add(TERMS)
    cluster.ask("a", "b")
    assert until(lambda: len(cluster.notes("works")) == 2)
    stop(pair.primary)
    start(pair.primary)  # in the middle of their steps
    cluster.go("a")
    assert until(lambda: cluster.ended("a"))
    cluster.ask("c")
    assert until(lambda: len(cluster.notes("c works")) == 1)
    pair.wait(synchronous=True)
    pair.fail_over()
    cluster.go("b", "c")
    cluster.ask("d")
    cluster.go("d")
    assert until(lambda: cluster.ended("a", "b", "c", "d"))
    for name in "abcd":
        said = [line.rpartition(" ")[0] for line in cluster.notes(f"{name} ")]
        assert said == [f"{name} begins", f"{name} works", f"{name} ends"]
    assert cluster.notes("lost") == []


def test_a_job_whose_records_were_lost_goes_on_from_those_that_are_left(server: str, tmp_path: Path) -> None:
    cluster = Cluster(server, "forgetful", tmp_path)
    try:
        cluster.add()
        cluster.ask("a")
        assert until(lambda: len(cluster.notes("a works")) == 1)
        cluster.execute("delete from dbos.operation_outputs")  # as on a standby that never got them
        cluster.go("a")
        assert until(lambda: cluster.ended("a"))
        said = [line.rpartition(" ")[0].partition(" ")[2] for line in cluster.notes("a ")]
        assert said == ["begins", "works", "begins", "works", "ends"]
        names = [name for (name,) in cluster.rows("select function_name from dbos.operation_outputs order by 1")]
        assert names == ["begin", "end", "work"], "no gap"
    finally:
        cluster.close()
