"""Sizes of parcels' manifests."""

from parcel.manifest import total
from parcel.size import parse_size, show_size

__all__ = ["parse_size", "show_size", "total"]
