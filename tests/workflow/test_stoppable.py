"""A job's rooms end with the job: what is open, what is being opened, and what is being made ready."""

import threading
import time
from collections.abc import Sequence

import pytest

from bot.engine.gate import Parked
from bot.errors import Cancelled
from bot.workflow.stoppable import stoppable
from sandbox.environment.store import Capacity, Entry, Ground, Say, trim
from sandbox.room import Execution, Outcome, RoomDied
from tests.sandbox.plain_sandbox import PlainRoom, PlainSandbox


class Busy(PlainRoom):
    """Runs until it is closed, and is KILLED then, as every driver promises."""

    def run(self, argv: Sequence[str], **_: object) -> Execution:  # type: ignore[override]
        while not self.closed:
            time.sleep(0.01)
        return Execution(Outcome.KILLED)


class BusySandbox(PlainSandbox):
    def open(self, files, *, limits=None, environment=None):  # type: ignore[no-untyped-def]
        room = super().open({}, limits=limits, environment=environment)
        room.__class__ = Busy
        return room


def test_code_that_runs_ends_with_the_job() -> None:
    stop, sandbox = threading.Event(), BusySandbox()
    with stoppable(sandbox, stop.is_set) as rooms:
        room, other = rooms.open({}), rooms.open({})
        threading.Timer(0.3, stop.set).start()
        with pytest.raises(Cancelled):
            room.run(["sleep"])
        with pytest.raises(Cancelled):
            other.collect()
        with pytest.raises(Cancelled):
            rooms.open({})
    assert sandbox.living() == []


def test_a_process_that_leaves_ends_them_as_well() -> None:
    asked, sandbox = threading.Event(), BusySandbox()

    def stopped() -> bool:
        if asked.is_set():
            raise Parked
        return False

    with stoppable(sandbox, stopped) as rooms:
        room = rooms.open({})
        threading.Timer(0.3, asked.set).start()
        with pytest.raises(Parked):
            room.run(["sleep"])
    assert sandbox.living() == []


def test_a_room_that_comes_too_late_is_given_back() -> None:
    stop, sandbox = threading.Event(), PlainSandbox()
    sandbox.gate.clear()
    with stoppable(sandbox, stop.is_set) as rooms:
        threading.Timer(0.3, stop.set).start()
        with pytest.raises(Cancelled):
            rooms.open({})
        sandbox.gate.set()
        end = time.monotonic() + 10
        while not sandbox.made or sandbox.living():
            assert time.monotonic() < end
            time.sleep(0.02)


def test_what_goes_wrong_otherwise_is_what_it_was() -> None:
    sandbox = PlainSandbox(failures=[RoomDied("no memory")])
    with stoppable(sandbox, lambda: False) as rooms:
        with pytest.raises(RoomDied, match="no memory"):
            rooms.open({})
        with rooms.open({}) as room:
            assert room.run(["true"]).stdout == "true"
            sandbox.made[0].dead = True
            with pytest.raises(RoomDied):
                room.execute("1")
    assert sandbox.living() == []


def test_what_is_installed_for_a_job_is_trimmed_by_the_stores_own_measure() -> None:
    gone: list[str] = []

    class Full:
        capacity, find = Capacity(entries=1), None
        sweep = staticmethod(lambda: None)
        entries = staticmethod(lambda: [Entry("new", used=2), Entry("old", used=1)])
        remove = staticmethod(lambda name: not gone.append(name))

    sandbox = PlainSandbox()
    sandbox.environments = Full()  # type: ignore[attr-defined]
    with stoppable(sandbox, lambda: False) as rooms:
        store = rooms.environments
        assert store is not None
        assert trim(store, keep=["new"]) == gone == ["old"]


def test_nobody_waits_for_a_system_that_is_being_made() -> None:
    stop, goes_on = threading.Event(), threading.Event()

    class Slow:
        capacity = find = entries = remove = sweep = None

        def ground(self, python: str, debian: Sequence[str], say: Say) -> Ground:
            goes_on.wait(30)
            return Ground("key", usual=True, python="3.11.0")

    sandbox = PlainSandbox()
    sandbox.environments = Slow()  # type: ignore[attr-defined]
    with stoppable(sandbox, stop.is_set) as rooms:
        threading.Timer(0.3, stop.set).start()
        assert rooms.sandbox.environments is not None
        with pytest.raises(Cancelled):
            rooms.sandbox.environments.ground("", (), print)
    goes_on.set()
