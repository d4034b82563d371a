"""Durations as people write them."""

from tempo.durations import format_duration, parse_duration

__all__ = ["format_duration", "parse_duration"]
