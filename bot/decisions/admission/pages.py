"""Pages: which pages of the web may be read for documentation: those that people named, on hosts of the operator's.

A model never writes an address: what it could put into one (a query, a subdomain) would leave the house. It
picks from a list of addresses that stand word for word in the issue or in the operator's own list.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

WRITTEN = re.compile(r"https://[^\s<>\"'`\\{}|^\[\]]{4,500}")
HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}\Z")
LONGEST, MOST = 500, 20
HTTPS_PORT = 443


class PageError(Exception):
    """A page can't be read; the message is one sentence for the model, without a word of the server's."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What of the web a planner may read: nothing, unless the operator says so.

    Attributes:
        hosts: exact names of hosts in lower case ("docs.python.org").
        listed: the operator's own addresses, readable in every job.
        fetch: the text of one address. Raises PageError.
    """

    hosts: frozenset[str] = frozenset()
    listed: tuple[str, ...] = ()
    fetch: Callable[[str], str] | None = None

    def readable(self, text: str) -> tuple[str, ...]:
        """The addresses that may be read in a job with this text."""
        return readable_pages(text, self.hosts, self.listed) if self.fetch else ()


def readable_pages(text: str, hosts: Collection[str], listed: Iterable[str] = ()) -> tuple[str, ...]:
    """Addresses that may be read, the operator's own first; each once, at most MOST.

    Args:
        text: of the issue.
        hosts: exact names of hosts ("docs.python.org"); with none, nothing may be read.
        listed: the operator's addresses.
    """
    written = (balanced(match[0].rstrip(".,;:!?*_")) for match in WRITTEN.finditer(text))
    return tuple(url for url in dict.fromkeys([*listed, *written]) if not refusal(url, hosts))[:MOST]


def balanced(url: str) -> str:
    """The address without a closing bracket that belongs to the sentence around it."""
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1]
    return url


def refusal(url: str, hosts: Collection[str]) -> str:
    """Why an address may not be read; "" when it may."""
    if not url.isascii() or not url.isprintable() or len(url) > LONGEST or any(sign in url for sign in ' \\"<>`{}|^'):
        return "The address is malformed."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "The address is malformed."
    if parts.scheme != "https" or port not in (None, HTTPS_PORT):
        return "Only https on its usual port is read."
    if "@" in parts.netloc or parts.netloc.lower() not in (host, f"{host}:{HTTPS_PORT}"):
        return "The address has more than a host in it."
    if not HOST.match(host) or host.rpartition(".")[2].isdigit() or host not in hosts:
        return "The operator does not allow this host."
    return ""
