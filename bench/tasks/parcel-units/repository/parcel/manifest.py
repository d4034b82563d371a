"""Sums over manifests."""

from collections.abc import Iterable

from parcel.size import parse_size


def total(sizes: Iterable[str]) -> int:
    """Bytes of all sizes together."""
    return sum(map(parse_size, sizes))
