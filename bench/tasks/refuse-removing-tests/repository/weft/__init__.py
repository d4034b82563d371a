"""Set plain text."""

from weft.hyphen import Hyphenator
from weft.justify import justify
from weft.wrap import wrap

__all__ = ["Hyphenator", "justify", "wrap"]
