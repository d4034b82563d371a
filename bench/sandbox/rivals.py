"""Rivals: the peers that statements are compared with; SWE-ReX is the local one, without a container."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bench.sandbox.peer import Peer, Unmeasurable, peer
from bench.sandbox.peer_environment import PeerEnvironment


@dataclass(frozen=True)
class Rival:
    """One of them.

    Attributes:
        words: who it is.
        program: see `peer`.
        burst: statements in one turn.
        aim: how many times longer than ours it is wished to take; 0 for nothing.
        most: how many times of its time ours is wished to take at most, as it has no walls; 0 for nothing.
        installed: whether the project has all that it needs.
        with_dspy: whether it runs on the project's Python, as DSPy is there.
    """

    words: str
    program: str
    burst: int
    aim: float = 0.0
    most: float = 0.0
    installed: bool = False
    with_dspy: bool = False


RIVALS = (
    Rival("DSPy's LocalInterpreter, no walls", "local_interpreter", 100, most=3.0, installed=True, with_dspy=True),
    Rival("DSPy's PythonInterpreter", "python_interpreter", 20, 8.0, with_dspy=True),
    Rival("SWE-ReX, `true` in a session", "swe_rex session", 3, 70.0),
    Rival("SWE-ReX, `python3 -c pass`", "swe_rex program", 3, 70.0),
)


@dataclass
class Field:
    """Those that run, and why the others don't."""

    peers: dict[Rival, Peer] = field(default_factory=dict)
    troubles: dict[Rival, str] = field(default_factory=dict)


@contextmanager
def field_of(rivals: Sequence[Rival], environment: PeerEnvironment) -> Iterator[Field]:
    """Start all that can be started here."""
    with ExitStack() as opened:
        found = Field()
        for rival in rivals:
            try:
                theirs = sys.executable if rival.installed else environment.python
                python = sys.executable if rival.with_dspy else theirs
                found.peers[rival] = opened.enter_context(peer(python, rival.program, environment.variables))
            except Unmeasurable as error:
                found.troubles[rival] = str(error)
        yield found
