import asyncio
import json

import aiohttp
import pytest

from bot.standins.github import Fault, GitHub, Issue, Repository
from tests.standins.client import REPO, Client

COMMENTS = f"{REPO}/issues/1/comments"


@pytest.fixture
def issue(github: GitHub, tally: Repository) -> Issue:
    return tally.issue("Add subtraction", "Please.", by=github.user("alice"))


@pytest.mark.parametrize("how", ["500", "502", "503"])
async def test_an_error_of_the_server_hits_once_and_does_nothing(
    github: GitHub, bot: Client, issue: Issue, how: str
) -> None:
    order = github.fail("POST", r"/comments$", how)
    await bot.get(REPO)
    assert (await bot.ask("POST", COMMENTS, {"body": "x"})).status == int(how)
    assert (order.hits, issue.comments) == (1, [])
    assert (await bot.ask("POST", COMMENTS, {"body": "x"})).status == 201


async def test_a_lost_answer_was_applied(github: GitHub, bot: Client, issue: Issue) -> None:
    github.fail("POST", r"/comments$", Fault.LOST)
    with pytest.raises(aiohttp.ClientError):
        await bot.ask("POST", COMMENTS, {"body": "x"})
    assert [comment.body for comment in issue.comments] == ["x"]


async def test_a_closed_connection_was_not_applied(github: GitHub, bot: Client, issue: Issue) -> None:
    github.fail("POST", r"/comments$", Fault.CLOSED)
    with pytest.raises(aiohttp.ClientError):
        await bot.ask("POST", COMMENTS, {"body": "x"})
    assert issue.comments == []


@pytest.mark.parametrize(("how", "applied"), [(Fault.TIMEOUT, 0), (Fault.LATE, 1)])
async def test_no_answer_at_all(github: GitHub, bot: Client, issue: Issue, how: Fault, applied: int) -> None:
    github.fail("POST", r"/comments$", how)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.ask("POST", COMMENTS, {"body": "x"}), 0.3)
    assert len(issue.comments) == applied


async def test_half_an_answer_and_a_page_for_people(github: GitHub, bot: Client, issue: Issue) -> None:
    github.fail("POST", r"/comments$", Fault.TRUNCATED)
    with pytest.raises((aiohttp.ClientError, json.JSONDecodeError)):
        await bot.ask("POST", COMMENTS, {"body": "x"})
    assert len(issue.comments) == 1
    github.fail("GET", how=Fault.HTML)
    assert b"<html>" in (await bot.ask("GET", REPO)).body


@pytest.mark.parametrize(("how", "status"), [(Fault.SECONDARY_403, 403), (Fault.SECONDARY_429, 429)])
async def test_a_secondary_limit_can_be_ordered(github: GitHub, bot: Client, how: Fault, status: int) -> None:
    github.fail(how=how, retry_after=7, times=2)
    for _ in range(2):
        reply = await bot.ask("GET", REPO)
        assert (reply.status, reply.headers["Retry-After"]) == (status, "7")
        assert "secondary rate limit" in reply.body["message"]
    assert (await bot.ask("GET", REPO)).status == 200
    github.fail(how=how, retry_after=None)
    assert "Retry-After" not in (await bot.ask("GET", REPO)).headers


async def test_the_primary_limit_can_be_ordered(github: GitHub, bot: Client) -> None:
    github.fail(how=Fault.PRIMARY, retry_after=9)
    reply = await bot.ask("GET", REPO)
    assert (reply.status, reply.headers["X-Ratelimit-Remaining"]) == (403, "0")
    assert 8 <= int(reply.headers["X-Ratelimit-Reset"]) - github.clock() <= 10


async def test_the_primary_limit_holds_for_an_hour(github: GitHub, bot: Client) -> None:
    github.limits.primary = 3
    left = [(await bot.ask("GET", REPO)).headers["X-Ratelimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    reply = await bot.ask("GET", REPO)
    assert (reply.status, "API rate limit exceeded" in reply.body["message"]) == (403, True)
    github.clock.advance(3601)
    await bot.log_in()
    assert (await bot.ask("GET", REPO)).status == 200


async def test_writing_too_fast_meets_the_secondary_limit(github: GitHub, bot: Client, issue: Issue) -> None:
    github.limits.writes_per_minute = 2
    statuses = [(await bot.ask("POST", COMMENTS, {"body": "x"})).status for _ in range(3)]
    assert statuses == [201, 201, 403]
    github.clock.advance(61)
    assert (await bot.ask("POST", COMMENTS, {"body": "x"})).status == 201
    assert (await bot.get("/rate_limit"))["rate"]["limit"] == 5000


async def test_every_request_is_remembered(github: GitHub, bot: Client, issue: Issue) -> None:
    await bot.ask("POST", COMMENTS, {"body": "x"})
    seen = github.requests[-1]
    assert (seen.method, seen.path, seen.body, seen.kind, seen.status) == (
        "POST",
        COMMENTS,
        {"body": "x"},
        "installation",
        201,
    )
    assert github.requests[-2].kind == "app"


async def test_a_body_that_is_no_json_is_refused(github: GitHub, bot: Client, issue: Issue) -> None:
    headers = {"Authorization": f"Bearer {bot.token}"}
    async with bot.session.post(github.url + COMMENTS, data=b"{", headers=headers) as answer:
        assert (answer.status, (await answer.json())["message"]) == (400, "Problems parsing JSON")
