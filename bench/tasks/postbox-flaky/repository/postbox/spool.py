"""The spool: letters that wait."""

import heapq
import itertools
from dataclasses import dataclass, field

from postbox.backoff import pause
from postbox.letter import Letter

MOST_TRIES = 8


@dataclass(order=True)
class Entry:
    """A letter in the queue; entries are in the order in which they leave."""

    priority: int
    number: int
    letter: Letter = field(compare=False)
    due: float = field(default=0.0, compare=False)
    tries: int = field(default=0, compare=False)


class Spool:
    """Letters that wait, the most urgent first."""

    def __init__(self) -> None:
        self._queue: list[Entry] = []
        self._resting: list[Entry] = []
        self._out: dict[Letter, Entry] = {}
        self._numbers = itertools.count()
        self.given_up: list[Letter] = []

    def __len__(self) -> int:
        return len(self._queue) + len(self._resting)

    def add(self, letter: Letter, priority: int = 5) -> None:
        """Put a letter into the queue."""
        if not 0 <= priority <= 9:
            raise ValueError(f"priority {priority} is not between 0 and 9")
        heapq.heappush(self._queue, Entry(priority, next(self._numbers), letter))

    def next(self, now: float) -> Letter | None:
        """The letter to be sent now; it is out until it is `sent` or `put_back`."""
        self._wake(now)
        if not self._queue:
            return None
        entry = heapq.heappop(self._queue)
        entry.tries += 1
        self._out[entry.letter] = entry
        return entry.letter

    def sent(self, letter: Letter) -> None:
        """It has arrived."""
        del self._out[letter]

    def put_back(self, letter: Letter, now: float) -> None:
        """It could not be sent: try again after a pause, or give up after too many tries."""
        entry = self._out.pop(letter)
        if entry.tries >= MOST_TRIES:
            self.given_up.append(letter)
            return
        due = now + pause(entry.tries)
        self._resting.append(Entry(0, next(self._numbers), letter, due, entry.tries))

    def waiting(self) -> list[Letter]:
        """All letters that are not out, in the order in which they would leave if all were due."""
        return [entry.letter for entry in sorted([*self._queue, *self._resting])]

    def _wake(self, now: float) -> None:
        """Letters whose pause is over are in the queue again."""
        for entry in [one for one in self._resting if one.due <= now]:
            self._resting.remove(entry)
            heapq.heappush(self._queue, entry)
