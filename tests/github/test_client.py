"""The client against an unruly server: it waits as told, repeats only what is safe, and leaks nothing."""

import logging
import time
from collections.abc import Iterator

import pytest

from bot.errors import GitHubError, Later
from bot.github.credentials import TokenCredentials
from bot.github.errors import (
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Unauthorized,
    Unprocessable,
    Unreachable,
    Unsure,
)
from bot.github.limits import Gate
from bot.github.portal import Portal
from bot.github.question import Question
from bot.github.stage import Stage
from bot.github.transport import Caps, TooLarge
from bot.words.job import Repository
from tests.github.scripted_server import (
    FakeClock,
    ScriptedServer,
    Step,
    answer,
    cut_off,
    endless,
    raw,
    silent,
)

TOKEN = "ghs_12345_secret.secret-secret.secret"
REPOSITORY = Repository(id=1, owner="octo", name="shop", default_branch="main", installation=5)
READ = Question("GET", "/repos/{owner}/{repo}", {"owner": "octo", "repo": "shop"})
WRITE = Question("POST", "/repos/octo/shop/issues/1/comments", body={"body": "hello"})


class Asker:
    """A portal at a scripted server, with a clock that costs no time."""

    def __init__(self, server: ScriptedServer, **options: float) -> None:
        self.clock = FakeClock(time.time())
        self.portal = Portal(server.url, clock=self.clock, pace=options.pop("pace", 0.0), **options)
        self.who = TokenCredentials(TOKEN)

    def ask(self, question: Question) -> object:
        who = self.who.open(self.portal.client, REPOSITORY, Stage.READ)
        return self.portal.run(self.portal.client.ask(question, who)).data

    def all(self, question: Question) -> list[object]:
        who = self.who.open(self.portal.client, REPOSITORY, Stage.READ)
        return self.portal.run(self.portal.client.all(question, who))

    def download(self, caps: Caps) -> bytes:
        who = self.who.open(self.portal.client, REPOSITORY, Stage.READ)
        return self.portal.run(self.portal.client.download(READ, who, caps))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(answer({})) as running:
        yield running


@pytest.fixture
def asker(server: ScriptedServer) -> Iterator[Asker]:
    made = Asker(server)
    with made.portal:
        yield made


OUTAGES: dict[str, Step] = {
    "500": answer({"message": "oops"}, 500),
    "502 with HTML": raw(b"<html>Bad gateway</html>", "text/html", 502),
    "HTML with 200": raw(b"<html>Unicorn!</html>", "text/html"),
    "truncated JSON": raw(b'{"id": 1, "na', "application/json"),
    "empty 200": raw(b"", "application/json"),
    "nesting bomb": raw(b"[" * 200_000, "application/json"),
    "not UTF-8": raw(b'"\xff\xfe"', "application/json; charset=utf-8"),
    "hung up": cut_off(),
}


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
def test_a_read_is_repeated_through_an_outage(outage: Step, server: ScriptedServer, asker: Asker) -> None:
    server.steps = [outage, outage, answer({"id": 1})]
    assert asker.ask(READ) == {"id": 1}
    assert len(server.requests) == 3
    assert len(asker.clock.slept) == 2


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
def test_a_write_is_not_repeated_when_it_may_have_happened(outage: Step, server: ScriptedServer, asker: Asker) -> None:
    server.steps = [outage, answer({"id": 1}, 201)]
    with pytest.raises(Unsure, match="may or may not"):
        asker.ask(WRITE)
    assert len(server.requests) == 1


def test_a_read_gives_up_after_four_more_tries(server: ScriptedServer, asker: Asker) -> None:
    server.steps = [answer({}, 503)]
    with pytest.raises(Unreachable, match="githubstatus"):
        asker.ask(READ)
    assert len(server.requests) == 5
    assert 0.5 <= asker.clock.slept[0] <= 1.0 < asker.clock.slept[-1] <= 8.0


def test_nobody_listens_and_even_a_write_may_be_tried_again() -> None:
    with ScriptedServer(answer({})) as gone:
        asker = Asker(gone)
    with asker.portal, pytest.raises(Unreachable, match="5 tries") as caught:
        asker.ask(WRITE)
    assert not isinstance(caught.value, Unsure)


@pytest.mark.parametrize("status", [403, 429])
def test_retry_after_is_obeyed_by_reads_and_writes(status: int, server: ScriptedServer, asker: Asker) -> None:
    limited = answer({"message": "You have exceeded a secondary rate limit"}, status, retry_after="17")
    server.steps = [limited, answer({"id": 1}, 201), limited, answer([1])]
    assert asker.ask(WRITE) == {"id": 1}
    assert asker.ask(READ) == [1]
    assert asker.clock.slept == pytest.approx([17, 17])


def test_a_spent_primary_limit_waits_until_its_reset(server: ScriptedServer, asker: Asker) -> None:
    reset = str(int(asker.clock.wall()) + 40)
    server.steps = [
        answer({"message": "API rate limit exceeded"}, 403, x_ratelimit_remaining="0", x_ratelimit_reset=reset),
        answer({"id": 1}),
    ]
    asker.ask(READ)
    assert 39 <= sum(asker.clock.slept) <= 42


def test_a_secondary_limit_without_a_hint_waits_a_minute_that_doubles(server: ScriptedServer, asker: Asker) -> None:
    limited = answer({"message": "You have exceeded a secondary rate limit"}, 403, retry_after="soon")
    server.steps = [limited, limited, answer({"id": 1})]
    asker.ask(READ)
    assert asker.clock.slept == pytest.approx([60, 120])


def test_too_long_a_wait_is_an_error_and_not_a_wait(server: ScriptedServer, asker: Asker) -> None:
    server.steps = [answer({"message": "slow down"}, 429, retry_after="7200")]
    with pytest.raises(RateLimited, match="120 minutes"):
        asker.ask(READ)
    assert asker.clock.slept == []


def test_a_long_wait_is_put_off_and_nothing_else_is_sent_meanwhile(server: ScriptedServer) -> None:
    asker = Asker(server, longest=15.0, patience=9000.0)
    server.steps = [answer({"message": "slow down"}, 429, retry_after="700"), answer({"id": 1})]
    with asker.portal:
        now = asker.clock.wall()
        with pytest.raises(Later, match="12 minutes before GET") as caught:
            asker.ask(READ)
        assert (caught.value.until, caught.value.patience) == (pytest.approx(now + 700), 9000)
        with pytest.raises(Later):
            asker.ask(WRITE)
        assert (asker.clock.slept, len(server.requests)) == ([], 1)
        asker.clock.slept.append(690.0)
        assert asker.ask(READ) == {"id": 1}
        assert asker.clock.slept == pytest.approx([690, 10])


def test_without_a_hint_the_wait_grows_also_for_who_asks_anew_and_until_a_write_passes(server: ScriptedServer) -> None:
    asker = Asker(server, longest=15.0)
    limited = answer({"message": "You have exceeded a secondary rate limit"}, 403)
    waits = []
    server.steps = [limited, answer([]), limited, answer({}, 201), limited]
    with asker.portal:
        for question in (WRITE, READ, WRITE, WRITE, WRITE):
            now = asker.clock.wall()
            try:
                asker.ask(question)
                waits.append(0.0)
            except Later as later:
                waits.append(round(later.until - now))
                asker.clock.slept.append(later.until - now)
    assert waits == [60, 0, 120, 0, 60]


def test_short_waits_are_waited_for_and_put_off_when_they_add_up(server: ScriptedServer) -> None:
    asker = Asker(server, longest=15.0)
    limited = answer({"message": "slow down"}, 429, retry_after="6")
    server.steps = [limited, limited, answer({"id": 1}), limited]
    with asker.portal:
        assert asker.ask(READ) == {"id": 1}
        with pytest.raises(Later):
            asker.ask(READ)
    assert asker.clock.slept == pytest.approx([6, 6, 6, 6])


async def test_during_a_pause_nothing_else_of_the_installation_is_sent() -> None:
    clock = FakeClock(0)
    gate = Gate(clock, pace=1.0)
    await gate.pause(50)
    await gate.pause(20)
    async with gate.turn(writes=False):
        assert clock.slept == [50]
    async with gate.turn(writes=True):
        assert clock.slept == [50]


def test_writes_keep_their_distance_reads_do_not(server: ScriptedServer) -> None:
    asker = Asker(server, pace=1.0)
    server.steps = [answer({}, 201)]
    with asker.portal:
        asker.ask(WRITE)
        asker.ask(READ)
        asker.ask(READ)
        assert asker.clock.slept == []
        asker.ask(WRITE)
        asker.ask(WRITE)
    assert asker.clock.slept == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Unauthorized), (403, Forbidden), (404, NotFound), (409, Conflict), (410, NotFound),
     (422, Unprocessable), (451, Forbidden)],
)  # fmt: skip
def test_a_no_is_typed_said_once_and_not_repeated(
    status: int, error: type[GitHubError], server: ScriptedServer, asker: Asker
) -> None:
    reasons = [{"resource": "X", "code": "custom", "message": "No commits between"}, "plainly", None]
    server.steps = [answer({"message": "Validation Failed", "errors": reasons}, status)]
    with pytest.raises(error, match=rf"answered {status} to GET /repos/.owner.*Validation Failed. No commits"):
        asker.ask(READ)
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [{"message": 5}, {"errors": 5}, [1], None, {"errors": {"a": 1}}])
def test_an_odd_error_body_is_still_a_typed_error(body: object, server: ScriptedServer, asker: Asker) -> None:
    server.steps = [answer(body, 422)]
    with pytest.raises(Unprocessable):
        asker.ask(READ)


def test_a_token_echoed_by_the_server_is_in_no_message_and_no_log(
    server: ScriptedServer, asker: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.steps = [answer({}, 500), answer({"message": f"bad\r\ntoken {TOKEN}"}, 403)]
    with pytest.raises(Forbidden) as caught:
        asker.ask(READ)
    assert "secret" not in str(caught.value) + repr(caught.value) + caplog.text
    assert "\n" not in str(caught.value)
    assert asker.portal.client.secrets == (TOKEN,)
    assert server.requests[0][2]["authorization"] == f"token {TOKEN}"
    assert server.requests[0][2]["user-agent"] == "code-intern"


def test_a_server_that_says_nothing_is_left_in_time(server: ScriptedServer, asker: Asker) -> None:
    server.steps = [silent()]
    with pytest.raises(Unreachable, match="Timeout"):
        asker.download(Caps(seconds=0.1))
    assert len(server.requests) == 5


def test_an_endless_answer_is_cut(server: ScriptedServer, asker: Asker) -> None:
    server.steps = [endless(b"x" * 65536)]
    with pytest.raises(TooLarge):
        asker.download(Caps(size=1024 * 1024))
    with pytest.raises(GitHubError, match="too large"):
        asker.ask(READ)


def test_a_download_follows_to_another_host_without_the_token(server: ScriptedServer, asker: Asker) -> None:
    with ScriptedServer(raw(b"\x1f\x8bdata", "application/x-gzip")) as storage:
        server.steps = [answer(None, 302, location=f"{storage.url}/archive?token=x")]
        assert asker.download(Caps()) == b"\x1f\x8bdata"
        assert "authorization" not in storage.requests[0][2]


def test_an_ordinary_question_is_never_sent_to_another_host(server: ScriptedServer, asker: Asker) -> None:
    with ScriptedServer(answer({"id": 666})) as evil:
        server.steps = [answer(None, 302, location=f"{evil.url}/x")]
        with pytest.raises(GitHubError, match="302"):
            asker.ask(READ)
        server.steps = [answer([1], link=f'<{evil.url}/page2>; rel="next"')]
        with pytest.raises(GitHubError, match="outside of its own API"):
            asker.all(READ)
        assert evil.requests == []


def test_a_renamed_repository_is_found_and_a_write_keeps_its_method(server: ScriptedServer, asker: Asker) -> None:
    server.steps = [answer(None, 301, location=f"{server.url}/repositories/1"), answer({"id": 1})]
    assert asker.ask(READ) == {"id": 1}
    server.steps = [answer(None, 307, location="/repositories/1/issues/1/comments"), answer({"id": 2}, 201)]
    assert asker.ask(WRITE) == {"id": 2}
    assert server.requests[-1][0] == "POST"
    assert server.requests[-1][3] == {"body": "hello"}
    server.steps = [answer(None, 302, location="/elsewhere"), answer({"id": 3})]
    with pytest.raises(GitHubError, match="302"):
        asker.ask(WRITE)


def test_pages_are_followed_to_their_end_and_no_further_than_a_hundred(server: ScriptedServer, asker: Asker) -> None:
    more = answer([1], link=f'<{server.url}/p?page=2>; rel="next", <{server.url}/p?page=9>; rel="last"')
    server.steps = [more, more, answer([2])]
    assert asker.all(READ) == [1, 1, 2]
    server.steps = [more]
    with pytest.raises(GitHubError, match="100 pages"):
        asker.all(READ)


def test_the_portal_gives_up_in_time_and_says_when_it_is_closed(server: ScriptedServer) -> None:
    asker = Asker(server)
    with asker.portal:
        client = asker.portal.client
        who = asker.who.open(client, REPOSITORY, Stage.READ)
        server.steps = [silent()]
        started = time.monotonic()
        with pytest.raises(GitHubError, match="did not finish"):
            asker.portal.run(client.ask(READ, who), timeout=0.3)
        assert time.monotonic() - started < 20
    with pytest.raises(GitHubError, match="closed"):
        asker.ask(READ)
    asker.portal.close()
