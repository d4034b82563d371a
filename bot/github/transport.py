"""Transport: one HTTP exchange with GitHub under hard caps of time and size. It decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

MIB = 1024 * 1024


class NothingSent(Exception):
    """No connection came about: GitHub saw nothing of the request."""


class AnswerLost(Exception):
    """The request may have arrived, but no whole answer came back."""


class TooLarge(Exception):
    """The answer is larger than the cap."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Hard limits of one exchange: bytes of the answer, seconds in total."""

    size: int = 32 * MIB
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: status, headers (names in any case), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def moment(self) -> float | None:
        """The server's clock in seconds since the epoch, from its `Date` header."""
        try:
            return parsedate_to_datetime(self.headers["date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return None


class Transport:
    """Sends requests over one session. Errors carry no header and no query: these can hold secrets."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        caps: Caps = Caps(),
        elsewhere: bool = False,
    ) -> Reply:
        """One request, redirects followed at most three times.

        A GET follows any redirect, a write only 307 and 308 (which keep method and body):
        https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
        To another origin it goes only when `elsewhere` allows it, and without the Authorization header.

        Raises:
            NothingSent, AnswerLost, TooLarge: see there.
        """
        target, sent = URL(url), dict(headers)
        for _ in range(4):
            reply = await self._once(method, target, sent, body, caps)
            following = _redirection(method, target, reply)
            if following is None:
                return reply
            if following.origin() != target.origin():
                if not elsewhere or (target.scheme, following.scheme) == ("https", "http"):
                    return reply
                sent.pop("authorization", None)
            target = following
        return reply

    async def _once(self, method: str, url: URL, headers: Mapping[str, str], body: bytes | None, caps: Caps) -> Reply:
        timeout = aiohttp.ClientTimeout(total=caps.seconds, sock_connect=5, sock_read=30)
        try:
            async with self._session.request(
                method, url, headers=headers, data=body, timeout=timeout, allow_redirects=False
            ) as response:
                received = await _body(response, caps.size)
                return Reply(response.status, response.headers, received)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NothingSent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, OSError, EOFError) as error:
            raise AnswerLost(type(error).__name__) from None


async def _body(response: aiohttp.ClientResponse, cap: int) -> bytes:
    """The body, read piece by piece, so that a bomb is noticed before it has grown."""
    received = bytearray()
    async for piece in response.content.iter_chunked(64 * 1024):
        received += piece
        if len(received) > cap:
            raise TooLarge(f"over {cap // MIB} MiB")
    return bytes(received)


def _redirection(method: str, url: URL, reply: Reply) -> URL | None:
    """Where the reply sends us, if it is a redirect that this method may follow."""
    followed = {301, 302, 303, 307, 308} if method == "GET" else {307, 308}
    place = reply.headers.get("location", "")
    if reply.status not in followed or not place:
        return None
    try:
        following = url.join(URL(place))
        return following if following.scheme in {"http", "https"} and following.host else None
    except ValueError:
        return None
