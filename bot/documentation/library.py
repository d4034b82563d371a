"""Library: fetches one page, so that nothing inside of the operator's network can be reached with it.

Each host is resolved once, every address of it is checked, and exactly a checked one is connected to, with the
host's name for the certificate: a name that changes its address in between gains nothing. Redirects are followed
by hand and checked like the first address. https://cheatsheetseries.owasp.org/cheatsheets/
Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import http.client
import logging
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast
from urllib.parse import urljoin, urlsplit

from bot.decisions.admission.pages import PageError, refusal
from bot.documentation.address import is_public
from bot.documentation.line import Dial, Line, Resolve, addresses_of, dialled, in_time, time_left
from bot.documentation.text import LARGEST, text_of

log = logging.getLogger(__name__)

SECONDS = 10.0
MOST_REDIRECTS, MOST_TRIED = 3, 3
HEADERS = 65_536
REDIRECTS = (301, 302, 303, 307, 308)
REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: code-intern\r\nAccept: text/html, text/plain, text/*;q=0.5\r\n"
    "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
)


@dataclass(frozen=True)
class Library:
    """Pages on some hosts.

    Attributes:
        hosts: exact names, as the operator lists them.
        resolve: finds a host's addresses.
        dial: connects to one.
        trust: which certificates are believed.
        seconds: time for a page, redirects and name look-ups included.
    """

    hosts: Collection[str]
    resolve: Resolve = addresses_of
    dial: Dial = dialled
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = SECONDS

    def read(self, url: str) -> str:
        """The text of a page.

        Args:
            url: one that `bot.decisions.admission.pages.readable_pages` gave.

        Raises:
            PageError: it may not be read, did not answer in time, or is no text of a sensible size.
        """
        end = time.monotonic() + self.seconds
        log.info("reading %s", url)
        try:
            return self._read(url, end)
        except TimeoutError:
            raise PageError(f"The page did not answer within {self.seconds:.0f} seconds.") from None
        except OverflowError:
            raise PageError(f"The page is larger than {LARGEST >> 20} MiB.") from None
        except (OSError, http.client.HTTPException, ValueError) as problem:
            log.info("reading %s failed: %s", url, type(problem).__name__)
            raise PageError("The page's server did not answer, or not as it should.") from None

    def _read(self, url: str, end: float) -> str:
        for _hop in range(MOST_REDIRECTS + 1):
            if reason := refusal(url, self.hosts):
                raise PageError(reason)
            reply = self._asked(url, end)
            if reply.status not in REDIRECTS:
                return self._text(reply)
            url = urljoin(url, reply.headers.get("Location", "")).partition("#")[0]
            reply.close()
        raise PageError(f"The page leads on more than {MOST_REDIRECTS} times.")

    def _text(self, reply: http.client.HTTPResponse) -> str:
        with reply:
            if reply.status != HTTPStatus.OK:
                raise PageError(f"The page answered with status {reply.status}.")
            if reply.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise PageError("The page is compressed, though that was not asked for.")
            body = reply.read(LARGEST + 1)
            if reply.length and len(body) <= LARGEST:
                raise ConnectionError  # half a page is not a page
            return text_of(reply.headers.get("Content-Type", ""), body)

    def _asked(self, url: str, end: float) -> http.client.HTTPResponse:
        parts = urlsplit(url)
        host = parts.hostname or ""
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line = Line(self._connected(host, end), end, LARGEST + HEADERS)
        try:
            line.send(REQUEST.format(path=path, host=host).encode("ascii"))
            reply = http.client.HTTPResponse(cast("ssl.SSLSocket", line), method="GET")
            reply.begin()
            return reply
        except BaseException:
            line.close()
            raise

    def _connected(self, host: str, end: float) -> ssl.SSLSocket:
        """A connection to the first address that answers, after all of them were found to be public."""
        addresses = in_time(self.resolve, host, time_left(end))
        if not addresses or not all(is_public(address) for address in addresses):
            raise PageError("The host's name leads to an address that is not public.")
        tried = addresses[:MOST_TRIED]
        for left, address in zip(range(len(tried), 0, -1), tried, strict=True):
            try:
                plain = self.dial(address, time_left(end) / left)
                break
            except OSError:
                if left == 1:
                    raise
        try:
            plain.settimeout(time_left(end))
            return self.trust.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
