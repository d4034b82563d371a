"""Signals as short frames of text."""

from beacon.frames import decode, encode
from beacon.legacy import OldSignal, decode_v1
from beacon.signal import Signal

__all__ = ["OldSignal", "Signal", "decode", "decode_v1", "encode"]
