"""Faults that a test can order: a service that fails is the normal case, seen over a year."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """How a request goes wrong.

    Only with LOST, TRUNCATED and LATE has GitHub done what was asked; the client can't know.
    """

    ERROR_500 = "500"
    ERROR_502 = "502"
    ERROR_503 = "503"
    SECONDARY_403 = "secondary-403"
    SECONDARY_429 = "secondary-429"
    PRIMARY = "primary"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    LATE = "late"
    LOST = "lost"
    TRUNCATED = "truncated"
    HTML = "html"


APPLIED = {Fault.LATE, Fault.LOST, Fault.TRUNCATED}
PAGE = "<html><body><h1>Whoa there!</h1><p>Unicorn! · GitHub</p></body></html>"


@dataclass
class Order:
    """One ordered fault.

    Attributes:
        method: "POST", or "*" for any.
        path: regular expression that is searched in the path.
        times: how many requests it still hits.
        retry_after: seconds named by a secondary limit; None leaves the header out.
        hits: how many requests it has hit.
    """

    method: str
    path: re.Pattern[str]
    how: Fault
    times: int = 1
    retry_after: int | None = 60
    hits: int = 0

    def takes(self, method: str, path: str) -> bool:
        """Whether this request is hit; counts if so."""
        wanted = self.times > 0 and self.method in {"*", method} and self.path.search(path) is not None
        if wanted:
            self.times -= 1
            self.hits += 1
        return wanted
