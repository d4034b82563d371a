"""A spool for outgoing mail."""

from postbox.backoff import pause
from postbox.letter import Letter
from postbox.postman import Postman
from postbox.spool import Spool

__all__ = ["Letter", "Postman", "Spool", "pause"]
