"""The HTTP face, against a store that only remembers: what is answered, and what is kept."""

import gzip
import hashlib
import hmac
import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestClient

from bot.server.app import WEBHOOK_PATH, make_app
from bot.server.letters import EVENT
from bot.standins.github import GitHub
from bot.store.inbox import Letter
from bot.store.postbox import Away
from bot.words.events import Event, Labeled

SECRET = b"a-secret-of-a-good-length"


class Memory:
    """A store that can be away."""

    def __init__(self) -> None:
        self.kept: dict[str, Event] = {}
        self.away = False

    async def store(self, letter: Letter) -> bool:
        if self.away:
            raise Away("The database does not answer")
        if letter.delivery in self.kept:
            return False
        self.kept[letter.delivery] = EVENT.validate_json(letter.event)
        return True

    async def healthy(self) -> bool:
        return not self.away


class Served(BaseTestServer):
    """The real door on a port of its own."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._memory = memory

    async def _make_runner(self, **_options: Any) -> web.ServerRunner:
        return web.ServerRunner(make_app(SECRET, self._memory.store, self._memory.healthy))


@pytest.fixture
async def memory() -> Memory:
    return Memory()


@pytest.fixture
async def client(memory: Memory) -> Any:
    async with TestClient(Served(memory)) as client:
        yield client


@pytest.fixture
async def labeled() -> dict[str, Any]:
    async with GitHub() as github:
        alice = github.user("alice")
        issue = github.repository("alice/tempo", {"a.py": "x = 1\n"}).issue("Title", "Body", by=alice)
        await alice.labels(issue, "intern", send=False)
        payload: dict[str, Any] = github.deliveries[-1].payload
        return payload


async def post(client: Any, payload: Any, guid: str = "g-1", event: str = "issues", **headers: str) -> int:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signature = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    sent = {
        "X-Hub-Signature-256": signature,
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "Content-Type": "application/json",
        **headers,
    }
    async with client.post(WEBHOOK_PATH, data=body, headers=sent) as answer:
        status: int = answer.status
        return status


async def test_what_is_kept_is_what_was_read_and_no_more(client: Any, memory: Memory, labeled: dict[str, Any]) -> None:
    assert await post(client, {**labeled, "unused": "\ud800"}) == 202
    (event,) = memory.kept.values()
    assert isinstance(event, Labeled)
    assert event.issue.title == "Title"
    assert "unused" not in event.model_dump_json()


async def test_a_second_time_is_no_second_one(client: Any, memory: Memory, labeled: dict[str, Any]) -> None:
    assert [await post(client, labeled), await post(client, labeled)] == [202, 202]
    assert len(memory.kept) == 1


async def test_a_store_that_is_away_is_said(client: Any, memory: Memory, labeled: dict[str, Any]) -> None:
    memory.away = True
    assert await post(client, labeled) == 503
    async with client.get("/healthz") as answer:
        assert answer.status == 503
    memory.away = False
    assert await post(client, labeled) == 202


async def test_none_of_our_business_leaves_no_trace(client: Any, memory: Memory, labeled: dict[str, Any]) -> None:
    assert await post(client, {"zen": "Keep it logically awesome."}, event="ping") == 200
    assert await post(client, {**labeled, "action": "edited"}) == 200
    assert await post(client, labeled, event="issue_comment") == 200  # a forged name: the shape is another
    assert memory.kept == {}


@pytest.mark.parametrize("broken", [{"issue": None}, {"repository": {"id": "1"}}, {"sender": []}, {"label": 7}])
async def test_ours_but_malformed_is_422(client: Any, memory: Memory, labeled: dict[str, Any], broken: Any) -> None:
    assert await post(client, {**labeled, **broken}) in {200, 422}
    assert memory.kept == {}


async def test_never_a_500(client: Any, memory: Memory, labeled: dict[str, Any]) -> None:
    assert await post(client, b"not gzip at all", **{"Content-Encoding": "gzip"}) == 400
    packed = gzip.compress(json.dumps(labeled).encode())
    assert await post(client, packed, **{"Content-Encoding": "gzip"}) in {400, 401}
    assert await post(client, b"{" * 100_000) == 400
    async with client.get(WEBHOOK_PATH) as answer:
        assert answer.status == 405
    async with client.get("/anything/else") as answer:
        assert answer.status == 404
    assert memory.kept == {}
