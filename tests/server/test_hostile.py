"""Whoever can reach the port: forged, repeated, deep, endless, slow and many, before the real door and inbox."""

import asyncio
import hashlib
import hmac
import json
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.server.app import WEBHOOK_PATH, make_app
from bot.server.door import HELD
from bot.server.receive import LARGEST_BODY
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.postbox import Postbox
from bot.store.tables import make_tables
from tests.decisions.payloads import COMMENTED, LABELED
from tests.engine.postgresql import do_without, postgresql, there

SECRET = b"a-secret-of-a-good-length"
SLOWEST, MOST = 1.0, 40


class Front:
    """The server on a port of its own, as somebody outside sees it."""

    def __init__(self, inbox: Inbox, port: int, session: aiohttp.ClientSession) -> None:
        self.inbox, self.port, self._session = inbox, port, session
        self.said = ""

    async def post(self, payload: Any, guid: str = "g-1", event: str = "issues", **headers: str) -> int:
        """The status of one signed delivery."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent = {
            "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest(),
            "X-GitHub-Delivery": guid,
            "X-GitHub-Event": event,
            "Content-Type": "application/json",
        }
        url = f"http://127.0.0.1:{self.port}{WEBHOOK_PATH}"
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        async with self._session.post(url, data=body, headers=sent) as answer:
            self.said = (await answer.text()).strip()
            return answer.status

    async def until_stored(self, payload: Any, guid: str) -> None:
        """Deliver it again and again, as GitHub is asked to."""
        for _ in range(100):
            if await self.post(payload, guid) == 202:
                return
            await asyncio.sleep(0.2)
        raise AssertionError(self.said)

    def handed(self) -> list[str]:
        """Ids of what is handed on now."""
        found: list[str] = []
        while self.inbox.move(lambda _connection, _number, delivery, _place, _event: found.append(delivery)):
            pass
        return found


@asynccontextmanager
async def open_front(url: str, slowest: float = SLOWEST) -> AsyncIterator[Front]:
    database = Database(url)
    make_tables(database)
    inbox = Inbox(database)
    postbox = Postbox(inbox.add)

    async def healthy() -> bool:
        return True

    runner = web.ServerRunner(make_app(SECRET, postbox.put, healthy, slowest, MOST))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(60)) as session:
        yield Front(inbox, runner.addresses[0][1], session)
    await runner.cleanup()
    postbox.close()
    inbox.close()
    database.close()


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    async with open_front(f"sqlite:///{tmp_path / 'inbox.sqlite'}") as front:
        yield front


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not there():
        do_without()
    with postgresql() as url:
        yield url


async def test_a_forged_name_gains_nothing(front: Front) -> None:
    for name in ("issue_comment", "pull_request", "push", "ping", "workflow_dispatch", "installation", "repository"):
        assert await front.post(LABELED, event=name) in {200, 422}, name
    for name in ("Issues", "issues\t", "../issues", "i" * 101, ""):
        assert await front.post(LABELED, event=name) == 400 or name == "issues\t", name
    assert await front.post({**COMMENTED, "label": {"name": "intern"}}, event="issue_comment") == 200
    assert front.inbox.waiting() <= 1  # a header's blanks are no part of it


async def test_a_forged_id_is_no_name(front: Front) -> None:
    for guid in ("", "a b", "../x", "x" * 101, "é", "%00", "a;drop table"):
        assert await front.post(LABELED, guid=guid) == 400, guid
    assert front.inbox.waiting() == 0


async def test_an_old_body_under_new_ids_is_asked_for_once(front: Front) -> None:
    assert await front.post(COMMENTED, "first", "issue_comment") == 202
    found = front.handed()
    for number in range(100):
        assert await front.post(COMMENTED, f"forged-{number}", "issue_comment") == 202
        assert front.said == "I have this delivery already."
        assert await front.post(LABELED, f"label-{number}") == 202
        found += front.handed() if number % 10 == 0 else []
    assert found.count("first") == 1
    assert not [name for name in found if name.startswith("forged")]
    assert 1 <= len(found) - 1 <= 21, "a label may have twins, within a minute and not many"


async def test_an_id_that_was_used_keeps_no_other_delivery_out(front: Front) -> None:
    assert await front.post(LABELED, "one") == 202
    assert await front.post({**LABELED, "issue": {**LABELED["issue"], "number": 8}}, "one") == 202
    assert (front.said, front.handed()) == ("Stored.", ["one", "one"])


async def test_a_redelivery_of_what_was_lost_is_new_and_of_what_is_here_is_not(front: Front, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "inbox.sqlite", isolation_level=None)
    assert await front.post(COMMENTED, "zero", "issue_comment") == 202
    other.execute("begin immediate")
    began = time.monotonic()
    lost = await asyncio.gather(*(front.post({**LABELED, "number": n}, f"lost-{n}") for n in range(20)))
    assert (set(lost), time.monotonic() - began < 8) == ({503}, True)
    assert front.said == "The database does not answer; please redeliver."
    other.execute("rollback")
    other.close()
    for number in range(20):
        await front.until_stored({**LABELED, "number": number}, f"lost-{number}")
    assert await front.post({**LABELED, "number": 0}, "lost-0") == 202
    assert front.said == "I have this delivery already."
    assert sorted(front.handed()) == sorted(["zero", *(f"lost-{n}" for n in range(20))])


async def test_a_full_disk_is_said_and_nothing_is_lost(front: Front) -> None:
    assert await front.post(LABELED, "small") == 202
    pages = front.inbox._own.execute("pragma page_count", ()).fetchone()[0]
    front.inbox._own.execute(f"pragma max_page_count = {pages}", ())
    large = {**LABELED, "issue": {**LABELED["issue"], "body": "x" * 60_000}}
    assert await front.post(large, "large") == 503
    assert front.handed() == ["small"]
    assert (await front.post(large, "large"), front.said) == (202, "Stored.")  # the connection is a new one


async def test_a_database_that_hangs_hangs_nobody(server: str) -> None:
    async with open_front(server) as front:
        assert await front.post(LABELED, "before") == 202
        with front.inbox.database.reading() as connection:
            pids = list(connection.execute(sa.text("select pid from pg_stat_activity where query like 'insert%'")))
        os.kill(pids[0][0], signal.SIGSTOP)
        try:
            began = time.monotonic()
            assert await front.post({**LABELED, "number": 1}, "during") == 503
            assert time.monotonic() - began < 8
            began = time.monotonic()
            assert await front.post({**LABELED, "number": 2}, "later") == 503
            assert time.monotonic() - began < 2, "it is known that the database hangs"
        finally:
            os.kill(pids[0][0], signal.SIGCONT)
        await front.until_stored({**LABELED, "number": 1}, "during")
        assert await front.post({**LABELED, "number": 2}, "later") == 202
        assert sorted(front.handed()) == ["before", "during", "later"]


DEEP = b'{"a":' * 1000 + b"1" + b"}" * 1000
DEEPER = b"[" * 100_000 + b"]" * 100_000
LONG = b"9" * 5000


def with_field(place: str, value: bytes) -> bytes:
    """The labelled issue with raw JSON in one place of it."""
    payload: dict[str, Any] = json.loads(json.dumps(LABELED))
    *parents, last = place.split(".")
    inner = payload
    for name in parents:
        inner = inner[name]
    inner[last] = "@@"
    return json.dumps(payload).encode().replace(b'"@@"', value)


@pytest.mark.parametrize(
    "place", ["unused", "issue", "issue.number", "issue.title", "repository.id", "sender", "label.name"]
)
@pytest.mark.parametrize(
    "value", [DEEP, DEEPER, LONG, b"-" + LONG, b"0." + LONG, b"1e" + LONG, b"1e400", b"9" * 30, b"NaN"]
)
async def test_deep_long_and_strange_values_are_refused_where_they_are_used(
    front: Front, place: str, value: bytes
) -> None:
    status = await front.post(with_field(place, value))
    assert status in ({202, 400} if place == "unused" else {400, 422}), front.said
    assert len(front.said) < 200
    assert front.inbox.waiting() == (status == 202)
    assert await front.post(LABELED, "afterwards") == 202


async def test_half_of_a_character_is_no_text_that_could_be_stored(front: Front) -> None:
    assert await front.post(with_field("issue.title", b'"a\\ud800b"')) == 202
    assert await front.post(with_field("label.name", b'"intern\\ud800"')) == 202
    assert front.handed() == ["g-1", "g-1"]


async def refused(port: int, *, first: bytes, more: bytes = b"", every: float = 0.1) -> float:
    """Seconds until the server hangs up on somebody who sends this, and then a little more now and then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    try:
        writer.write(first)
        for number in range(300):
            with_more = more[number % max(1, len(more)) :][:1]
            try:
                async with asyncio.timeout(every):
                    if not await reader.read(1):
                        break
            except TimeoutError:
                writer.write(with_more)
    except ConnectionError:
        pass
    finally:
        writer.close()
    return time.monotonic() - began


HEAD = f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\n".encode()


@pytest.mark.parametrize(
    ("first", "more"),
    [
        pytest.param(b"", b"", id="silent"),
        pytest.param(b"P", b"", id="one byte"),
        pytest.param(HEAD, b"X-A: b\r\n", id="slow headers"),
        pytest.param(HEAD + b"Content-Length: 100000\r\n\r\n", b"xxxxxxxx", id="slow body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", id="slow chunks"),
        pytest.param(HEAD + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n", b"", id="expects"),
    ],
)
async def test_the_slow_are_let_go_and_hold_nobody_up(front: Front, first: bytes, more: bytes) -> None:
    slow = asyncio.create_task(refused(front.port, first=first, more=more))
    assert await front.post(LABELED) == 202
    assert await asyncio.wait_for(slow, 25) < 20


async def test_many_half_open_connections_keep_no_delivery_out(front: Front) -> None:
    async with AsyncExitStack() as stack:
        opened = []
        for number in range(5 * MOST):
            _, writer = await asyncio.open_connection("127.0.0.1", front.port)
            stack.callback(writer.close)
            opened.append(writer)
            if number % MOST == 0:
                assert await front.post({**LABELED, "number": number}, f"g-{number}") == 202
        assert await front.post(LABELED, "last") == 202
        held = _open_connections(front.port)
        assert held <= MOST + 2, f"{held} of {len(opened)} connections are still held"


async def test_many_idle_connections_keep_no_delivery_out(front: Front) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(MOST + 5):
            reader, writer = await asyncio.open_connection("127.0.0.1", front.port)
            stack.callback(writer.close)
            writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        assert await front.post(LABELED) == 202


async def test_many_connections_at_once_are_no_more_than_may_be(front: Front) -> None:
    opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", front.port) for _ in range(8 * MOST)))
    try:
        await asyncio.sleep(0.3)
        held = _open_connections(front.port)
        assert held <= MOST + 2, f"{held} of {len(opened)} connections are still held"
    finally:
        for _, writer in opened:
            writer.close()


async def test_large_bodies_of_anybody_keep_no_delivery_out(tmp_path: Path) -> None:
    large = LARGEST_BODY - 1
    async with open_front(f"sqlite:///{tmp_path / 'inbox.sqlite'}", 60.0) as front, AsyncExitStack() as stack:
        for length in [large] * (HELD // large) + [HELD % large - 1]:
            _, writer = await asyncio.open_connection("127.0.0.1", front.port)
            stack.callback(writer.close)
            writer.write(HEAD + f"Content-Length: {length + 1}\r\n\r\n".encode())
            writer.write(b"x" * length)
            await writer.drain()
        await asyncio.sleep(0.5)
        assert await front.post(LABELED) == 202


def _open_connections(port: int) -> int:
    """Established connections of this server, as Linux counts them."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return sum(line[1].endswith(f":{port:04X}") and line[3] == "01" for line in lines)


async def test_a_body_without_an_end_is_cut_off(front: Front) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 2**20

    url = f"http://127.0.0.1:{front.port}{WEBHOOK_PATH}"
    try:
        async with front._session.post(url, data=endless(), headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 413
    except aiohttp.ClientError:
        pass  # cut off before it could read the answer
    assert await front.post(LABELED) == 202
