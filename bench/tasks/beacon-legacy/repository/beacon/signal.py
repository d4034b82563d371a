"""What is signalled."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """A name and a level from 0 to 9."""

    name: str
    level: int
