"""Client: asks GitHub's REST API one question, patiently, and reads the answer into data or a typed error."""

import json
import logging
import random
from collections import deque
from dataclasses import dataclass
from math import inf, isinf
from typing import Any

from gidgethub import sansio

from bot.errors import GitHubError, Later
from bot.github.clock import Clock
from bot.github.errors import RateLimited, Unreachable, Unsure
from bot.github.limits import Gate, LongPause, is_limit, seconds_to_wait
from bot.github.question import Answer, Authorization, Question
from bot.github.reply import explanation, is_json, refusal
from bot.github.transport import AnswerLost, Caps, NothingSent, Reply, TooLarge, Transport
from bot.github.turns import AskedTurns
from bot.sentences.waiting import span

USER_AGENT = "code-intern"
JSON_TYPE = "application/json; charset=utf-8"
RETRIES = 4
#: Seconds after which work that GitHub's absence stopped is tried anew, and how often at most: for so many seconds.
OUTAGE, LONGEST_OUTAGE = 60.0, 3600.0
PAGES = 100
#: Seconds that a question may wait for a rate limit where whoever asks can wait durably: a shutdown waits no longer.
LONGEST = 15.0
_log = logging.getLogger(__name__)
_dice = random.SystemRandom()


@dataclass(slots=True)
class _Course:
    """How a question has fared so far."""

    failures: int = 0
    waited: float = 0.0
    renewed: bool = False


class Client:
    """GitHub's REST API at one address.

    Args:
        transport: sends.
        api_url: "https://api.github.com" or a server's "https://host/api/v3".
        clock: the time, and how to wait.
        pace: seconds between two writes of one installation.
        patience: seconds that whoever asks may wait for rate limits in total.
        longest: seconds that one question may wait for them itself; above, it raises Later.
        turns: agrees on the pace with other processes; None where there are none.
    """

    def __init__(
        self,
        transport: Transport,
        api_url: str,
        clock: Clock,
        pace: float,
        patience: float,
        longest: float = inf,
        turns: AskedTurns | None = None,
    ) -> None:
        self._transport = transport
        self._api_url = api_url
        self._clock = clock
        self._pace = pace
        self._patience = patience
        self._longest = longest
        self._turns = turns
        self._gates: dict[str, Gate] = {}
        self._skew = 0.0
        self._secrets: deque[str] = deque(maxlen=200)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Tokens in use, so that a log can be kept free of them by exact value."""
        return tuple(self._secrets)

    def now(self) -> float:
        """GitHub's idea of the time: our clock, corrected by what its answers say when it is clearly off."""
        return self._clock.wall() + self._skew

    async def ask(self, question: Question, who: Authorization) -> Answer:
        """Ask and wait as told: connection errors and 5xx a few times, rate limits up to the patience.

        Raises:
            Unsure: the answer to a write that can't simply be repeated was lost.
            Unreachable, RateLimited, Refused: see `bot.github.errors`.
            Later: a rate limit asks for a longer wait than a question may spend; instead of Unreachable, too, where
                questions have such a limit at all.
        """
        reply = await self._persist(question, who, Caps(), elsewhere=False, parsed=True)
        data, _, following = sansio.decipher_response(reply.status, reply.headers, reply.body)
        return Answer(data, following)

    async def all(self, question: Question, who: Authorization, key: str | None = None) -> list[Any]:
        """Every item of all pages; `key` names the list where a page is an object.

        Raises:
            GitHubError: also when there are more than 100 pages, or a page is not a list.
        """
        items: list[Any] = []
        for _ in range(PAGES):
            answer = await self.ask(question, who)
            page = answer.data.get(key) if key and isinstance(answer.data, dict) else answer.data
            if not isinstance(page, list):
                raise GitHubError(f"GitHub's answer to {question} is not a list.")
            items += page
            if answer.next is None:
                return items
            question = Question("GET", answer.next)
        raise GitHubError(f"GitHub has more than {PAGES} pages for {question}: too many to read.")

    async def download(self, question: Question, who: Authorization, caps: Caps) -> bytes:
        """The bytes behind a question that GitHub answers with a redirect to another host.

        Raises:
            TooLarge: the cap was passed; the rest was not read.
        """
        return (await self._persist(question, who, caps, elsewhere=True, parsed=False)).body

    async def _persist(
        self, question: Question, who: Authorization, caps: Caps, *, elsewhere: bool, parsed: bool
    ) -> Reply:
        """Ask until there is a good answer or a reason to stop."""
        course = _Course()
        gate = self._gates.setdefault(who.gate, Gate(self._clock, self._pace, self._longest, who.gate, self._turns))
        while True:
            try:
                if question.writes:
                    await who.headers()  # to mint a token takes its time, and a moment that was waited for is short
                async with gate.turn(question.writes):
                    reply = await self._send(question, who, caps, elsewhere)
            except LongPause as pause:
                raise self._later(question, pause.seconds) from None
            except NothingSent as lost:
                await self._after_failure(question, course, str(lost), applied=False)
                continue
            except AnswerLost as lost:
                await self._after_failure(question, course, str(lost), applied=True)
                continue
            except TooLarge as large:
                if not parsed:
                    raise
                raise GitHubError(f"GitHub's answer to {question} is too large: {large}.") from None
            self._note_time(reply)
            if reply.status >= 500 or (reply.status < 300 and parsed and not is_json(reply)):
                await self._after_failure(question, course, f"status {reply.status}", applied=True)
            elif reply.status < 300:
                gate.passed(question.writes)
                return reply
            else:
                await self._after_refusal(question, who, course, gate, reply)

    async def _send(self, question: Question, who: Authorization, caps: Caps, elsewhere: bool) -> Reply:
        url = sansio.format_url(question.path, question.variables or None, base_url=self._api_url)
        if not url.startswith(self._api_url.rstrip("/") + "/"):
            raise GitHubError("GitHub named a page outside of its own API: not followed.")
        headers = sansio.create_headers(USER_AGENT) | await who.headers()
        self._remember_secret(headers["authorization"])
        body = None
        if question.body is not None:
            body = json.dumps(question.body() if callable(question.body) else question.body).encode()
            headers["content-type"] = JSON_TYPE
        return await self._transport.exchange(question.method, url, headers, body, caps=caps, elsewhere=elsewhere)

    async def _after_failure(self, question: Question, course: _Course, why: str, *, applied: bool) -> None:
        """Wait a little and go on, or give up. A write that may have been applied is not repeated blindly."""
        if applied and not question.again:
            raise Unsure(f"GitHub's answer to {question} was lost ({why}): it may or may not have happened.")
        course.failures += 1
        if course.failures > RETRIES:
            said = (
                f"GitHub could not be reached for {question} after {course.failures} tries ({why}). "
                "Check the network and https://www.githubstatus.com, then try again."
            )
            if isinf(self._longest):
                raise Unreachable(said)
            # Whoever can put work off loses none to an outage. An hour: one question may also be at fault itself.
            raise Later(said, self._clock.wall() + OUTAGE, min(self._patience, LONGEST_OUTAGE))
        _log.info("GitHub: %s failed (%s), trying again", question, why)
        await self._clock.sleep(min(32.0, 2.0 ** (course.failures - 1)) * _dice.uniform(0.5, 1.0))

    async def _after_refusal(
        self, question: Question, who: Authorization, course: _Course, gate: Gate, reply: Reply
    ) -> None:
        """Arrange another try where GitHub's "no" means "later" or "not with this token"; else raise."""
        message = explanation(reply, self._secrets)
        if is_limit(reply.status, reply.headers, message):
            wait = seconds_to_wait(reply.headers, gate.limited(question.writes), self.now())
            course.waited += wait
            if course.waited > self._longest:
                await gate.pause(wait)
                raise self._later(question, wait)
            if course.waited > self._patience:
                raise RateLimited(f"GitHub asks to wait {wait / 60:.0f} minutes before {question}: too long.")
            _log.warning("GitHub: rate limit at %s, waiting %.0f s", question, wait)
            await gate.pause(wait)
            return
        if reply.status == 401 and not course.renewed and who.refused():
            course.renewed = True
            return
        raise refusal(question, reply.status, message)

    def _later(self, question: Question, wait: float) -> Later:
        _log.warning("GitHub: rate limit at %s, to be asked again in %.0f s", question, wait)
        why = f"GitHub's rate limit asks to wait {span(wait)} before {question}."
        return Later(why, self._clock.wall() + wait, self._patience)

    def _remember_secret(self, authorization: str) -> None:
        secret = authorization.rpartition(" ")[2]
        if secret not in self._secrets:
            self._secrets.append(secret)

    def _note_time(self, reply: Reply) -> None:
        """Remember how far our clock is off: JWTs and expiry dates are judged by GitHub's."""
        if (moment := reply.moment) is not None:
            skew = moment - self._clock.wall()
            self._skew = skew if abs(skew) > 30 else 0.0
