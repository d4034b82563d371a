"""A small soak: the large one is `python -m bench --only soak`."""

import pytest

from bench.soak.run import Size, soak
from tests.machines.conftest import WorldMaker


@pytest.mark.bubblewrap
def test_nothing_is_lost_and_nothing_doubled_in_much_trouble(world: WorldMaker) -> None:
    today = world(running=6, failing=0.02, waiting=0.1)
    found = soak(today, Size(jobs=12, repositories=4, machines=3, open=12, every=2.0), print, seed=7)
    assert found.verdict.wrong == []
    assert sum(found.verdict.endings.values()) == 12
    assert found.chaos, "there was some trouble"
