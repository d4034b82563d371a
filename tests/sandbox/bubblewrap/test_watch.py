"""The watch ends what is over its time or memory, and everything it watches when the machine itself runs short."""

import threading
import time

from sandbox.bubblewrap.watch import Watch


class Weight:
    """What a machine is for the watch."""

    def __init__(self, *, seconds: float = 60, weighed: bool = True, heavy: bool = False) -> None:
        self.deadline = time.monotonic() + seconds
        self.weighed = weighed
        self.heavy = heavy
        self.killed: list[bool] = []
        self.gone = threading.Event()

    def weigh(self) -> bool:
        return self.heavy

    def kill(self, *, starved: bool) -> None:
        self.killed.append(starved)
        self.gone.set()


def test_only_what_is_over_its_share_or_its_time_ends() -> None:
    watch = Watch()
    light, heavy, late = Weight(), Weight(heavy=True), Weight(seconds=0.1, weighed=False)
    for one in (light, heavy, late):
        watch.add(one)

    assert heavy.gone.wait(5)
    assert late.gone.wait(5)
    watch.close()
    assert heavy.killed[0]
    assert not late.killed[0]
    assert light.killed == []


def test_a_machine_that_runs_short_ends_every_room_that_the_kernel_does_not_keep() -> None:
    watch = Watch(reserve=2**60)
    watched, kept = Weight(), Weight(weighed=False)
    watch.add(kept)
    watch.add(watched)

    assert watched.gone.wait(5)
    watch.close()
    assert watched.killed[0]
    assert kept.killed == []


def test_what_was_removed_is_left_alone() -> None:
    watch = Watch()
    gone, other = Weight(seconds=0.2, heavy=False), Weight(seconds=0.2)
    watch.add(gone)
    watch.remove(gone)
    watch.add(other)

    assert other.gone.wait(5)
    watch.close()
    assert gone.killed == []
