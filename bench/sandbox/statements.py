"""Statements: one empty statement there and back, beside interpreters with fewer or other walls."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bench.sandbox.bare import bare_container
from bench.sandbox.figure import Figure, Line, at_least, at_most, slower, times, written
from bench.sandbox.peer_environment import PeerEnvironment
from bench.sandbox.plain_worker import PlainWorker
from bench.sandbox.rivals import RIVALS, Field, Rival, field_of
from bench.sandbox.turns import Burst, repeated, take_turns
from bench.spread import Spread
from sandbox.docker.attach import Attachment
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.profile import CODE_USER

ROUNDS, EACH = 8, 100
LINE = b"x" * 120 + b"\n"
SECONDS = 10.0


def measure_statements(sandbox: DockerSandbox, environment: PeerEnvironment) -> Figure:
    """Everybody takes turns, in bursts."""
    with (
        sandbox.open({}) as room,
        PlainWorker() as worker,
        _echo(sandbox) as echo,
        field_of(RIVALS, environment) as rivals,
    ):
        bursts: dict[str, tuple[Burst, int]] = {
            "room": (repeated(lambda: room.execute("pass")), EACH),
            "worker": (worker.burst, EACH),
            "echo": (echo, EACH),
        }
        bursts |= {rival.words: (peer.burst, rival.burst) for rival, peer in rivals.peers.items()}
        found = take_turns(ROUNDS, bursts)
        room_, worker_, ratio = found["room"], found["worker"], times(found["room"], found["worker"])
        return Figure(
            "One statement",
            (
                Line("room, ms", room_, ratio=written(ratio)),
                Line("the same interpreter behind two pipes, ms", worker_),
                Line("a line through the engine to cat, ms", found["echo"]),
                *(line for rival in RIVALS for line in _lines(rival, room_, found.get(rival.words), rivals)),
            ),
        )


def _lines(rival: Rival, ours: Spread, theirs: Spread | None, rivals: Field) -> Iterator[Line]:
    if theirs is None:
        yield Line(rival.words, note=rivals.troubles[rival])
        return
    aim = at_least(rival.aim, times(theirs, ours)) if rival.aim else None
    if rival.most:
        aim = at_most(rival.most, times(ours, theirs))
    yield Line(f"{rival.words}, ms", theirs, ratio=slower(theirs, ours), aim=aim)
    yield Line("  its start, to the first one's end, ms", Spread.of([rivals.peers[rival].start]))


@contextmanager
def _echo(sandbox: DockerSandbox) -> Iterator[Burst]:
    """A line through the engine to the least of programs and back: what no worker behind an engine can go below."""
    with (
        bare_container(sandbox) as container,
        closing(Attachment(sandbox.client, container.id, ["cat"], user=f"{CODE_USER}:{CODE_USER}")) as stream,
    ):

        def ask() -> None:
            deadline, left = time.monotonic() + SECONDS, len(LINE)
            stream.send(LINE, deadline)
            while left > 0:
                left -= len(stream.receive(deadline))

        yield repeated(ask)
