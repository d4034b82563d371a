"""One of two machines and the database don't hear each other any more; GitHub and people reach both."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.soak.world import BODY, TITLE, Machine, World, until
from bot.github.sockets import UNHEARD
from bot.standins.github import Issue
from tests.machines.conftest import SHORT, WorldMaker
from tests.machines.relay import Relay
from tests.machines.test_machines import LONG, check, holder
from tests.machines.test_roles import status

pytestmark = pytest.mark.bubblewrap


@dataclass
class Ways:
    """Those of one machine to the database and to GitHub, and when it wrote there what, by `time.monotonic`."""

    database: Relay
    github: Relay
    written: list[tuple[float, str]] = field(default_factory=list)

    def watch(self, number: int, data: bytes) -> bool:
        line = data.partition(b"\r\n")[0].decode(errors="replace")
        if line.endswith("HTTP/1.1") and not line.startswith("GET"):
            self.written.append((time.monotonic(), line))
        return True


class Networks:
    """Machines that reach everything by ways of their own."""

    def __init__(self, world: World, stack: ExitStack) -> None:
        self.world, self._stack = world, stack
        self.ways: dict[str, Ways] = {}

    def machine(self) -> Machine:
        socket = Path(self.world.database.partition("host=")[2]) / ".s.PGSQL.5432"
        port = urlsplit(self.world.github.url).port
        assert port
        ways = Ways(*(self._stack.enter_context(Relay(place)) for place in (socket, ("127.0.0.1", port))))
        ways.github.watch = ways.watch
        name = urlsplit(self.world.database).path.strip("/")
        made = self.world.machine(
            database=f"postgresql://tester@127.0.0.1:{ways.database.port}/{name}",
            github=self.world.github.url.replace(str(port), str(ways.github.port)),
        )
        self.ways[made.url] = ways
        return made

    def asks(self, number: int, machine: Machine) -> tuple[Issue, int, float]:
        """Somebody asks in a repository of that number; the answer to the webhook, and the seconds that it took."""
        self.world.github.webhook_url = machine.url
        issue: Issue = self.world.repository(number).issue(TITLE, BODY, by=self.world.alice)
        began = time.monotonic()
        answered = self.world.thread.run(self.world.alice.labels(issue, "intern"))
        return issue, answered, time.monotonic() - began


@pytest.fixture
def networks(world: WorldMaker) -> Iterator[Networks]:
    with ExitStack() as stack:
        yield Networks(world(), stack)


def test_one_that_is_cut_off_gives_way_and_comes_back(networks: Networks) -> None:
    today = networks.world
    today.model.seconds = 1.0
    for _ in range(2):
        networks.machine()
    assert until(lambda: all(one.answers() for one in today.machines), LONG)
    issue, answered, _ = networks.asks(1, today.machines[0])
    assert answered == 202
    assert until(lambda: today.model.calls >= 1, LONG)
    lost = holder(today)
    ways = networks.ways[lost.url]

    ways.database.vanish()
    cut = time.monotonic()
    second, answered, seconds = networks.asks(2, lost)
    assert (answered, seconds < 8) == (503, True)
    assert status(lost.setup.port, "/healthz") == 503
    assert until(lambda: today.ended(issue), LONG), "the other one takes it over"
    check(today, issue)

    healed = time.monotonic()
    ways.database.heal(old=False)  # and what knew the old connections does not know them any more
    assert until(lambda: "starts anew" in lost.log() and lost.answers(), LONG)
    assert [line for at, line in ways.written if at < cut], "its writes are seen"
    late = [line for at, line in ways.written if cut + SHORT.lease + UNHEARD / 1000 < at < healed]
    assert late == [], "it wrote to GitHub after its lease"
    today.redeliver(lost)
    third, answered, _ = networks.asks(3, lost)
    assert answered == 202
    assert until(lambda: today.ended(second) and today.ended(third), LONG), "it takes part again"
    for one in (issue, second, third):
        check(today, one)
