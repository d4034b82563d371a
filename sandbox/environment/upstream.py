"""Upstream: the host's own way to the package indexes, with their passwords, certificates and proxies."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urljoin, urlsplit

import aiohttp

from sandbox.environment.package_index import Indexes, is_loopback, is_safe, netrc_login
from sandbox.environment.secret import Login

MOST_REDIRECTS = 5
TRIES = 2
#: Seconds to get a connection, and between two pieces of an answer.
CONNECT_SECONDS = 15
SILENCE_SECONDS = 60


class Unreachable(Exception):
    """An index could not be asked; the message names no address and no password."""


class Upstream:
    """Asks the indexes. Lives in one event loop, from `open` to `close`."""

    def __init__(self, indexes: Indexes, variables: Mapping[str, str] | None = None) -> None:
        self.indexes = indexes
        self._variables = os.environ if variables is None else variables
        self._tls = indexes.tls()

    async def open(self) -> None:
        """Get ready."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=32, ssl=self._tls),
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()

    @asynccontextmanager
    async def get(
        self, url: str, headers: Mapping[str, str], method: str = "GET"
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer of an address, after its redirections, whatever its status.

        Raises:
            Unreachable: there is none.
        """
        response = await self._follow(method, url, headers)
        try:
            yield response
        finally:
            response.close()

    async def _follow(self, method: str, url: str, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        start = url
        for _ in range(MOST_REDIRECTS + 1):
            if not is_safe(url) or (is_loopback(urlsplit(url).hostname or "") and not self._is_local(start)):
                raise Unreachable("the package index points to an address that is not reached by https://")
            response = await self._ask(method, url, headers)
            if response.status not in (301, 302, 303, 307, 308):
                return response
            url = urljoin(url, response.headers.get("Location", ""))
            response.close()
        raise Unreachable("the package index redirects without end")

    async def _ask(self, method: str, url: str, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        login = self._login(url)
        told = {**headers, **({"Authorization": login.header()} if login else {})}
        for left in reversed(range(TRIES)):
            try:
                return await self._session.request(
                    method, url, headers=told, allow_redirects=False, proxy=self.indexes.proxy_for(url) or None
                )
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                if not left or isinstance(error, aiohttp.ClientConnectorCertificateError):
                    raise Unreachable(_reason(error)) from None
        raise AssertionError

    def _login(self, url: str) -> Login:
        """Whose password this address gets: only that of its own origin."""
        origin = _origin(url)
        for index in self.indexes.found:
            if index.login and _origin(index.url) == origin:
                return index.login
        return netrc_login(origin[1], self._variables)

    def _is_local(self, url: str) -> bool:
        """Whether an index of this very machine was asked, as only such a one may speak of this machine."""
        return is_loopback(urlsplit(url).hostname or "") and any(
            is_loopback(urlsplit(index.url).hostname or "") for index in self.indexes.found
        )


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _reason(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return "the package index shows a certificate that is not trusted here: set cert in pip's configuration"
        case aiohttp.ClientConnectorDNSError():
            return "the package index's name is unknown here"
        case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
            return "the proxy of pip's or uv's configuration lets nobody through to the package index"
        case TimeoutError():
            return "the package index does not answer in time"
    return "the package index can't be reached"
