"""The stock, driven through any order of events by a clock that is only a number."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, precondition, rule

from sandbox.room import MIB, Limits, SandboxError
from sandbox.stock.bounds import Bounds
from sandbox.stock.demand import Ask
from sandbox.stock.kind import Kind, kind_of
from sandbox.stock.place import Place, State
from sandbox.stock.stock import Stock

BOUNDS = Bounds(budget=8 * MIB, spare=2, idle=5, starts=2, keep=100.0, grace=1.0)
KINDS = [kind_of(name, Limits(memory=size * MIB, lifetime=50.0)) for name, size in (("a", 1), ("b", 2), ("c", 3))]


class Stocking(RuleBasedStateMachine):
    """Askers and workers, one step at a time. A room is its number; those in `dead` don't live."""

    asks = Bundle("asks")
    starting = Bundle("starting")
    lent = Bundle("lent")
    closing = Bundle("closing")

    def __init__(self) -> None:
        super().__init__()
        self.stock: Stock[int] = Stock(BOUNDS)
        self.now = 0.0
        self.made = 0
        self.dead: set[int] = set()
        self.handed_out: set[int] = set()
        self.paused: dict[Kind, float] = {}
        self.quiet = 0.0

    @rule(target=asks, kind=st.sampled_from(KINDS))
    @precondition(lambda self: not self.stock.stopped)
    def ask(self, kind: Kind) -> Ask:
        return self.stock.ask(kind, self.now)

    @rule(target=lent, ask=consumes(asks))
    def take(self, ask: Ask) -> object:
        ahead = [other for other in self.stock.demand.asks if other.kind == ask.kind]
        try:
            place = self.stock.take(ask, self.now, lambda room: room not in self.dead)
        except SandboxError:
            assert ask not in self.stock.demand.asks
            return multiple()
        if place is None:
            self.stock.demand.withdraw(ask)  # it lost its patience
            return multiple()
        assert place.room is not None
        assert place.room not in self.dead
        assert place.room not in self.handed_out
        assert place.kind == ask.kind
        assert self.now - place.born < BOUNDS.keep
        assert ahead[0] is ask or len(ahead) > 1
        self.handed_out.add(place.room)
        self.quiet = self.now + BOUNDS.rest
        return place

    @rule(place=consumes(lent))
    def give_back(self, place: Place[int]) -> None:
        if place.state is State.LENT:
            self.quiet = self.now
        self.stock.give_back(place, self.now)
        assert place.state is not State.LENT

    @rule(kind=st.sampled_from(KINDS), count=st.integers(0, 4))
    @precondition(lambda self: not self.stock.stopped)
    def announce(self, kind: Kind, count: int) -> None:
        self.stock.demand.announce(kind, count, self.now)
        self.paused.pop(kind, None)

    @rule(target=starting)
    def work(self) -> object:
        waiting = bool(self.stock.demand.asks)
        self.stock.check(lambda room: room not in self.dead)
        place = self.stock.next(self.now)
        if place is None:
            return multiple()
        if place.state is State.CLOSING:
            self.stock.closed(place)
            return multiple()
        assert place.state is State.STARTING
        assert waiting or self.paused.get(place.kind, 0) <= self.now, "a start ahead did not pause"
        assert waiting or self.quiet <= self.now, "a start ahead came in somebody's way"
        return place

    @rule(place=consumes(starting))
    def succeed(self, place: Place[int]) -> None:
        self.made += 1
        self.paused.pop(place.kind, None)
        self.stock.started(place, self.made)

    @rule(place=consumes(starting))
    def fail(self, place: Place[int]) -> None:
        waiting = [ask for ask in self.stock.demand.asks if ask.kind == place.kind]
        error = SandboxError("no")
        assert self.stock.failed(place, error, self.now) == bool(waiting)
        assert [ask for ask in waiting if ask.error] == waiting[:1]
        self.paused[place.kind] = self.now + 1.0

    @rule(kind=st.sampled_from(KINDS))
    def die(self, kind: Kind) -> None:
        self.dead |= {place.room for place in self.stock.places if place.kind == kind and place.room}

    @rule(seconds=st.sampled_from([0.1, 1.0, 30.0, 99.0, 200.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    @precondition(lambda self: len(self.handed_out) > 3)
    def stop(self) -> None:
        self.stock.stop()
        assert not self.stock.demand.asks

    @invariant()
    def stays_within_its_bounds(self) -> None:
        assert self.stock.used() <= BOUNDS.budget
        states = [place.state for place in self.stock.places]
        assert states.count(State.STARTING) <= BOUNDS.starts
        assert states.count(State.IDLE) <= BOUNDS.idle + BOUNDS.starts + len(self.stock.demand.asks)

    @invariant()
    def knows_when_to_look_again(self) -> None:
        due = self.stock.due(self.now, 5.0)
        assert due is None or due >= 0
        if any(place.state in (State.IDLE, State.LENT) for place in self.stock.places):
            assert due is not None

    def teardown(self) -> None:
        """Whatever happened: who waits is served once the others are done; a stopped one empties."""
        for place in list(self.stock.places):
            if place.state is State.STARTING:
                self.stock.failed(place, SandboxError("no"), self.now)
            self.stock.give_back(place, self.now)
        for _ in range(200):
            for ask in list(self.stock.demand.asks):
                taken = self.stock.take(ask, self.now, lambda room: room not in self.dead)
                if taken is not None:
                    self.stock.give_back(taken, self.now)
            place = self.stock.next(self.now)
            if place is None:
                break
            if place.state is State.STARTING:
                self.succeed(place)
            else:
                self.stock.closed(place)
        else:
            raise AssertionError("the workers never come to rest")
        assert not self.stock.demand.asks
        if self.stock.stopped:
            assert not self.stock.places


TestStocking = Stocking.TestCase
TestStocking.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)


def test_what_can_be_changed_later_makes_no_kind() -> None:
    limits = Limits(seconds=5)
    assert kind_of("", limits) == kind_of(None, replace(limits, seconds=9))
    assert len({kind_of(None, limits), kind_of(None, replace(limits, memory=1)), kind_of("a", limits)}) == 3


def test_space_is_made_only_where_that_is_enough() -> None:
    stock: Stock[int] = Stock(Bounds(budget=8 * MIB, spare=2, rest=0))
    small, large = KINDS[0], kind_of(None, Limits(memory=8 * MIB))
    held = _lend(stock, small)
    for _ in range(2):
        place = stock.next(0.0)
        assert place is not None
        stock.started(place, 7)

    stock.ask(large, 0.0)
    assert stock.next(0.0) is None, "as long as one is lent, closing the idle ones helps nobody"
    stock.give_back(held, 0.0)
    states = []
    while (place := stock.next(0.0)) is not None and place.state is State.CLOSING:
        states.append(place.state)
        stock.closed(place)
    assert len(states) == 3
    assert place is not None
    assert (place.kind, place.state) == (large, State.STARTING)


def _lend(stock: Stock[int], kind: Kind) -> Place[int]:
    ask = stock.ask(kind, 0.0)
    place = stock.next(0.0)
    assert place is not None
    stock.started(place, 1)
    taken = stock.take(ask, 0.0, lambda _: True)
    assert taken is place
    return taken
