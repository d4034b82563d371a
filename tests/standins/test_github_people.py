"""People act, and the bot's mail arrives; the receiver is gidgethub, which checks the signature itself."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from gidgethub.sansio import Event

from bot.standins.github import Clock, GitHub, GitHubThread, Repository
from tests.standins.client import REPO, Client


class Receiver:
    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.status = 202
        self.events: list[Event] = []
        self.headers: list[dict[str, str]] = []

    async def receive(self, request: web.Request) -> web.Response:
        event = Event.from_http(request.headers, await request.read(), secret=self.secret)
        self.events.append(event)
        self.headers.append(dict(request.headers))
        return web.Response(status=self.status)


@pytest.fixture
async def receiver(github: GitHub) -> AsyncIterator[Receiver]:
    receiver = Receiver(github.webhook_secret)
    application = web.Application()
    application.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    github.webhook_url = "http://{}:{}/hook".format(*runner.addresses[0][:2])
    yield receiver
    await runner.cleanup()


async def test_a_label_is_a_signed_letter(github: GitHub, tally: Repository, receiver: Receiver) -> None:
    alice = github.user("alice")
    issue = tally.issue("Add subtraction ✂", "Please.", by=alice)
    assert await alice.labels(issue, "intern") == 202
    event = receiver.events[0]
    assert (event.event, event.data["action"], event.data["label"]["name"]) == ("issues", "labeled", "intern")
    assert (event.data["sender"]["login"], event.data["issue"]["number"]) == ("alice", 1)
    assert event.data["repository"]["full_name"] == "alice/tally"
    installation = github.installation(alice)
    assert installation is not None
    assert event.data["installation"]["id"] == installation.id
    assert event.delivery_id == github.deliveries[0].guid
    headers = receiver.headers[0]
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"


async def test_a_redelivery_keeps_the_guid(github: GitHub, tally: Repository, receiver: Receiver) -> None:
    alice = github.user("alice")
    receiver.status = 503
    assert await alice.comments(tally.issue("Title", by=alice), "/intern help") == 503
    receiver.status = 200
    assert await github.redeliver() == 200
    assert len({event.delivery_id for event in receiver.events}) == 1
    assert [status for _, _, status in github.deliveries[-1].attempts] == [503, 200]


async def test_the_app_can_ask_for_what_it_missed(
    github: GitHub, tally: Repository, bot: Client, receiver: Receiver
) -> None:
    alice = github.user("alice")
    receiver.status = 500
    await alice.comments(tally.issue("Title", by=alice), "hello")
    failed = await bot.get("/app/hook/deliveries?status=failure", jwt=bot.sign())
    assert [(one["event"], one["status_code"]) for one in failed] == [("issue_comment", 500)]
    receiver.status = 202
    path = f"/app/hook/deliveries/{failed[0]['id']}/attempts"
    assert (await bot.ask("POST", path, jwt=bot.sign())).status == 202
    await github.settle()
    listed = await bot.get("/app/hook/deliveries", jwt=bot.sign())
    assert (listed[0]["redelivery"], listed[0]["status"]) == (True, "OK")
    assert len({one["guid"] for one in listed}) == 1


async def test_what_the_bot_does_comes_back_to_it(
    github: GitHub, tally: Repository, bot: Client, receiver: Receiver
) -> None:
    tally.issue("Title", by=github.user("alice"))
    await bot.post(f"{REPO}/issues/1/comments", {"body": "Working."})
    await github.settle()
    sender = receiver.events[0].data["sender"]
    assert (sender["login"], sender["type"]) == ("code-intern[bot]", "Bot")


async def test_nothing_is_sent_where_the_app_is_not(github: GitHub, receiver: Receiver) -> None:
    carol = github.user("carol")
    hers = github.repository("carol/hers", {"a": "b"}, installed=False)
    assert await carol.opens(hers, "Title") == 0
    own = github.repository("dave/his", {"a": "b"})
    installation = github.installation(own.owner)
    assert installation is not None
    installation.suspended = github.clock()
    assert await github.user("dave").opens(own, "Title") == 0
    assert receiver.events == []


async def test_a_receiver_that_is_not_there(github: GitHub, tally: Repository) -> None:
    github.webhook_url = "http://127.0.0.1:9/hook"
    assert await github.user("alice").opens(tally, "Title") == 0
    assert github.deliveries[-1].attempts[0][2] == 0


async def test_the_event_file_of_a_workflow(github: GitHub, tally: Repository, receiver: Receiver) -> None:
    alice = github.user("alice")
    await alice.labels(tally.issue("Title", by=alice), "intern", send=False)
    assert github.deliveries[-1].payload["action"] == "labeled"
    await alice.dispatches(tally, ".github/workflows/intern.yml", {"issue": "1"})
    assert github.deliveries[-1].payload["inputs"] == {"issue": "1"}
    assert receiver.events == []


async def test_a_merged_pull_request(github: GitHub, tally: Repository, receiver: Receiver) -> None:
    alice = github.user("alice")
    await alice.pushes(tally, "topic", {"sub.py": "x = 1\n"})
    await alice.pushes(tally, "main", {"other.py": "y = 1\n"})
    pull = tally.pull("A pull request", by=alice, head="topic")
    await alice.merges(pull)
    closed = receiver.events[-2].data
    assert (closed["action"], closed["pull_request"]["merged"], pull.state) == ("closed", True, "closed")
    assert {"sub.py", "other.py"} <= set(tally.read("main"))


async def test_the_day_of_a_pull_request(github: GitHub, tally: Repository, receiver: Receiver) -> None:
    alice, bob = github.user("alice"), github.user("bob")
    await alice.pushes(tally, "topic", {"sub.py": "x = 1\n"})
    pull = tally.pull("A pull request", by=alice, head="topic")
    await bob.reviews(pull, "Hm.", remarks={("sub.py", 1): "Why?"})
    await alice.replies(pull.review_comments[0], "Because.")
    await alice.pushes(tally, "topic", {"sub.py": "x = 2\n"})
    await bob.edits(pull, title="Better")
    await bob.locks(pull)
    await bob.closes(pull)
    told = [(event.event, event.data.get("action")) for event in receiver.events]
    assert told == [
        ("push", None),
        ("pull_request_review", "submitted"),
        ("pull_request_review_comment", "created"),
        ("pull_request_review_comment", "created"),
        ("push", None),
        ("pull_request", "synchronize"),
        ("pull_request", "edited"),
        ("pull_request", "locked"),
        ("pull_request", "closed"),
    ]
    assert (pull.state, pull.locked, pull.title) == ("closed", True, "Better")


def test_a_synchronous_program_has_it_in_a_thread(app) -> None:  # type: ignore[no-untyped-def]
    with GitHubThread(GitHub(app, clock=Clock(lambda: 1_800_000_000.0))) as thread:
        alice = thread.github.user("alice")
        tally = thread.github.repository("alice/tally", {"a": "b"})
        issue = tally.issue("Title", by=alice)
        assert thread.run(alice.labels(issue, "intern")) == 0
        assert issue.labeled("intern")
        assert thread.github.url.startswith("http://127.0.0.1:")
    assert not thread.github.folder.exists()
