"""Place: a room's place in the budget, from before its start until it is gone."""

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

from sandbox.stock.kind import Kind

R = TypeVar("R")


class State(Enum):
    """Where a room stands between its start and its end; it only ever goes down this list, and may skip."""

    STARTING = auto()
    IDLE = auto()
    LENT = auto()
    LEAVING = auto()
    CLOSING = auto()


@dataclass(eq=False, slots=True)
class Place(Generic[R]):
    """One room's place.

    Attributes:
        kind: what it is.
        born: the moment before its start.
        state: where it stands.
        room: the room; None while it is starting.
        end: the moment at which it must be closed, once it is lent.
    """

    kind: Kind
    born: float
    state: State = State.STARTING
    room: R | None = None
    end: float = math.inf
