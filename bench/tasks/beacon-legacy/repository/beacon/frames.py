"""Frames: "~2:name:level"."""

from beacon.legacy import decode_v1
from beacon.signal import Signal


def encode(signal: Signal) -> str:
    """A signal as a frame of version 2."""
    if not 0 <= signal.level <= 9:
        raise ValueError(f"no level: {signal.level}")
    return f"~2:{signal.name}:{signal.level}"


def decode(frame: str) -> Signal:
    """The signal in a frame. Raises ValueError for what is none."""
    version, _, rest = frame.partition(":")
    if version == "~1":
        return decode_v1(rest).renewed()
    if version != "~2":
        raise ValueError(f"unknown version: {version!r}")
    name, _, level = rest.rpartition(":")
    if not name or not level.isdigit() or len(level) != 1:
        raise ValueError(f"no frame: {frame!r}")
    return Signal(name, int(level))
