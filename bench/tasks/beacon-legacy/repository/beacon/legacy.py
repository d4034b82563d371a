"""Signals of version 1, which had letters for levels. It goes with 3.0."""

from dataclasses import dataclass

from beacon.signal import Signal

LEVELS = "abcdefghij"


@dataclass(frozen=True)
class OldSignal:
    """A name and a letter."""

    name: str
    letter: str

    def renewed(self) -> Signal:
        """The same in version 2."""
        return Signal(self.name, LEVELS.index(self.letter))


def decode_v1(rest: str) -> OldSignal:
    """The signal behind "~1:". Raises ValueError for what is none."""
    letter, _, name = rest.partition(":")
    if letter not in LEVELS or len(letter) != 1 or not name:
        raise ValueError(f"no frame: {rest!r}")
    return OldSignal(name, letter)
