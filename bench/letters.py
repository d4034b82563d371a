"""Letters: webhooks as GitHub would send them, and a sender that posts many from a process of its own."""

import asyncio
import time
import uuid
from dataclasses import dataclass

import aiohttp

from bot.standins.github import GitHub, GitHubThread
from bot.standins.github.post import letter


@dataclass(frozen=True)
class Letter:
    """One signed webhook. The signature is over the body alone, so it may be sent again under another GUID."""

    body: bytes
    headers: dict[str, str]
    status: int


@dataclass(frozen=True)
class Posted:
    """What came of many: seconds of each from its first byte to its answer, and of all together."""

    each: tuple[float, ...]
    total: float


def write_letters(secret: str) -> tuple[Letter, Letter]:
    """A labelled issue that is the bot's business (202: stored), and the same with a label that is not (200)."""
    github = GitHub(webhook_secret=secret)
    with GitHubThread(github) as world:
        alice = github.user("alice")
        issue = github.repository("alice/tempo", {"README.md": "# tempo\n"}).issue("Say hello", "Please.", by=alice)
        found = []
        for label, status in (("intern", 202), ("question", 200)):
            world.run(alice.labels(issue, label, send=False))
            found.append(Letter(*letter(github, github.deliveries[-1], secret), status))
    return found[0], found[1]


def post(url: str, one: Letter, count: int, connections: int) -> Posted:
    """Send it so many times over so many connections, each under a GUID of its own.

    Raises:
        RuntimeError: one of them was not answered as it should be.
    """
    return asyncio.run(_post(url, one, count, connections))


async def _post(url: str, one: Letter, count: int, connections: int) -> Posted:
    each: list[float] = []
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(_send(session, url, one) for _ in range(connections)))  # opens the connections
        started = time.perf_counter()

        async def write(share: int) -> None:
            each.extend([await _send(session, url, one) for _ in range(share)])

        await asyncio.gather(*(write(count // connections) for _ in range(connections)))
        return Posted(tuple(each), time.perf_counter() - started)


async def _send(session: aiohttp.ClientSession, url: str, one: Letter) -> float:
    headers = {**one.headers, "X-GitHub-Delivery": str(uuid.uuid4())}
    started = time.perf_counter()
    async with session.post(url, data=one.body, headers=headers) as answer:
        await answer.read()
    if answer.status != one.status:
        raise RuntimeError(f"a delivery was answered {answer.status} instead of {one.status}")
    return time.perf_counter() - started
