"""Signals as short frames of text."""

from beacon.frames import decode, encode
from beacon.signal import Signal

__all__ = ["Signal", "decode", "encode"]
