"""Edges: the moments before and after each thing that a bot does to the world outside, and who kills it there."""

import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.standins.github import Recorded
from tests.crashes.stage import CrashStage

REPLY = "a reply of the model"
ANY = "any write"


@dataclass(frozen=True)
class Edge:
    """One moment.

    Attributes:
        what: the request ("POST /repos/alice/tempo/git/refs"), numbers aside, or REPLY, or ANY.
        number: the how many-th of its kind, from 1, in the life of one process.
        done: whether it is done and only its answer is lost; else it never comes about.
    """

    what: str
    number: int
    done: bool

    @property
    def is_beside(self) -> bool:
        """Whether it is passed beside the work: status edits are, and those that were overtaken are never sent."""
        return self.what.startswith("PATCH") and "comments" in self.what

    def __str__(self) -> str:
        return f"{'after' if self.done else 'before'} {self.what} ({self.number})"


def named(seen: Recorded) -> str:
    """What is asked for, without the numbers that are others in each run."""
    path = re.sub(r"[0-9a-f]{40}|(?<=/)[0-9]+", "#", seen.path)
    return f"{seen.method} {path}"


class Fate:
    """Watches GitHub and the model, and kills the bot at each of these edges in turn, one for each of its lives.

    Attributes:
        seen: every edge that was passed, in order.
        struck: the edges at which it was killed.
    """

    def __init__(self, stage: CrashStage, edges: Sequence[Edge] = ()) -> None:
        self._stage, self._edges = stage, list(edges)
        self._counted: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.seen: list[Edge] = []
        self.struck: list[Edge] = []
        stage.github.watch(self._request)
        stage.model.watch = self._reply

    def begin(self) -> None:
        """A new life begins."""
        with self._lock:
            self._counted.clear()

    def _request(self, seen: Recorded) -> bool:
        if seen.method == "GET":
            return True
        return self._passes(named(seen), done=seen.status != 0)

    def _reply(self, answered: bool) -> bool:
        return self._passes(REPLY, done=answered)

    def _passes(self, what: str, *, done: bool) -> bool:
        """Whether the bot lives on."""
        with self._lock:
            kinds = (what,) if what == REPLY else (what, ANY)
            if not done:
                self._counted.update(kinds)
            self.seen.append(Edge(what, self._counted[what], done))
            now = [Edge(kind, self._counted[kind], done) for kind in kinds]
            if not self._edges or self._edges[0] not in now:
                return True
            self.struck.append(Edge(what, self._counted[what], done))
            del self._edges[0]
            self._stage.strike()
            return False
