"""GitHub itself: the world with its HTTP service and its post."""

import asyncio
import re
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import aiohttp
from aiohttp import web

from bot.standins.github.accounts import ALWAYS, App, Role
from bot.standins.github.faults import Fault, Order
from bot.standins.github.git import File
from bot.standins.github.limits import Limits, Meter
from bot.standins.github.people import Person
from bot.standins.github.post import send
from bot.standins.github.repositories import Repository
from bot.standins.github.service import Recorded, Service, Watch
from bot.standins.github.world import Clock, Delivery, World

LOOPBACK = "127.0.0.1"


class Posting:
    """The webhooks of one act: awaited, they are sent, and the first receiver's status is given."""

    def __init__(self, github: "GitHub", *, wanted: bool) -> None:
        self._github = github
        self._wanted = wanted
        self.deliveries: list[Delivery] = []

    def __await__(self) -> Generator[None, None, int]:
        return self._send().__await__()

    async def _send(self) -> int:
        if not self._wanted:
            return 0
        statuses = [await self._github.deliver(delivery) for delivery in self.deliveries]
        return next((status for status in statuses if status), 0)


class GitHub(World):
    """GitHub on loopback, from `async with` to its end.

    Attributes:
        url: where it is reached ("http://127.0.0.1:40123"), for `GITHUB_API_URL`.
        app: the App, its private key included.
        webhook_url: where webhooks go; "" for nowhere. May be set later.
        webhook_secret: what they are signed with.
        limits: GitHub's limits of rate, to be changed at will.
        deliveries: every webhook, sent or not.
        echo: whether what the bot does by the API is announced to it too, as GitHub does.
    """

    def __init__(
        self,
        app: App | None = None,
        *,
        webhook_url: str = "",
        webhook_secret: str = "",
        limits: Limits | None = None,
        clock: Clock | None = None,
        port: int = 0,
        echo: bool = True,
    ) -> None:
        super().__init__(Path(), app or App.generate(), clock)
        self.webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        self.limits = limits or Limits()
        self.echo = echo
        self._port = port
        self._folder = tempfile.TemporaryDirectory(prefix="github-", ignore_cleanup_errors=True)
        self.folder = Path(self._folder.name)
        self._service = Service(self, Meter(self, self.limits), self._announced)
        self._background: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=100 * 2**20)
        application.router.add_route("*", "/{rest:.*}", self._service.answer)
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self._port).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0][:2])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._service.closing.set()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()
        self._folder.cleanup()

    @property
    def requests(self) -> list[Recorded]:
        """Every request that came in, in order."""
        return self._service.requests

    def watch(self, watch: Watch) -> None:
        """Let somebody see each request before it is done and before it is answered, and hang up in between."""
        self._service.watch = watch

    @property
    def violations(self) -> list[str]:
        """Every request or answer that was not as GitHub describes it."""
        return self._service.violations

    def new_account(self, login: str) -> Person:
        """Everybody may act."""
        made = Person(next(self.ids), login, "Bot" if login.endswith("[bot]") else "User")
        made.github = self
        return made

    def user(self, login: str, kind: Literal["User", "Organization", "Bot"] | None = None) -> Person:
        """The person of that login, made if new."""
        found = self.account(login)
        if not isinstance(found, Person):
            raise TypeError(f"{login} is nobody who acts")
        found.type = kind or found.type
        return found

    def repository(
        self,
        full_name: str,
        files: Mapping[str, File] | None = None,
        *,
        private: bool = False,
        archived: bool = False,
        roles: Mapping[str, Role] | None = None,
        default_branch: str = "main",
        installed: bool = True,
    ) -> Repository:
        """A new repository ("alice/tally"); without files it is empty.

        Its owner has the role "admin"; `roles` gives others theirs. `installed` puts the App on the owner's
        account, where it is not yet.
        """
        made = self.add_repository(
            full_name, files, private=private, roles=roles, default_branch=default_branch, installed=installed
        )
        made.archived = archived
        return made

    def fail(
        self,
        method: str = "*",
        path: str = "",
        how: Fault | str = Fault.ERROR_502,
        *,
        times: int = 1,
        retry_after: int | None = 60,
    ) -> Order:
        """Let the next request of that method whose path matches the regular expression go wrong."""
        order = Order(method.upper(), re.compile(path), Fault(how), times, retry_after)
        self._service.orders.append(order)
        return order

    @contextmanager
    def posting(self, *, send: bool = True) -> Iterator[Posting]:
        """Collect the webhooks of what is done inside; await the result to send them."""
        posting, mark = Posting(self, wanted=send), len(self.deliveries)
        yield posting
        posting.deliveries = self.deliveries[mark:]

    async def deliver(self, delivery: Delivery) -> int:
        """Send a webhook if the App is there and subscribed to it, and give the receiver's status, else 0."""
        installation = delivery.installation
        told = installation is not None and delivery.event in ALWAYS
        active = installation is not None and installation.suspended is None and delivery.event in self.app.events
        if not (told or active) or not self.webhook_url:
            return 0
        return await send(self, delivery, self._session, self.webhook_url, self.webhook_secret)

    async def redeliver(self, delivery: Delivery | None = None) -> int:
        """Send a webhook (the last one) again under the same GUID."""
        return await self.deliver(delivery or self.deliveries[-1])

    async def settle(self) -> None:
        """Wait until every webhook about what the bot did has been delivered."""
        while self._background:
            await asyncio.gather(*self._background)

    def _announced(self, mark: int) -> None:
        """Send what a request gave rise to, behind its back."""
        letters = [*(self.deliveries[mark:] if self.echo else ()), *self.again]
        self.again.clear()
        if letters:
            task = asyncio.create_task(self._deliver_all(letters))
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    async def _deliver_all(self, letters: list[Delivery]) -> None:
        for letter in letters:
            await self.deliver(letter)
