"""Turn: when one of several processes may write to an installation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """A moment that nobody else has.

    Attributes:
        wait: seconds until it comes.
        closed: seconds for which GitHub has asked one of the processes to send nothing; 0 where it has not.
    """

    wait: float
    closed: float
