"""The status comment's edits: what was overtaken while it waited is never sent, and the newest always is."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from bot.errors import Cancelled
from bot.github.newest_edit import NewestEdit
from bot.github.portal import Portal
from bot.github.repository import RepositoryClient
from bot.standins.github import Comment, Fault
from bot.standins.github.service import Recorded
from bot.stopping import ending_when
from bot.workflow.github_desk import GitHubDesk
from tests.github.conftest import Shop

PACE = 0.5


class Talk:
    """A comment of the bot's, by a connection whose writes keep a distance."""

    def __init__(self, shop: Shop, portal: Portal) -> None:
        self.shop = shop
        self.client = RepositoryClient(portal, shop.credentials, shop.repository)
        issue = shop.place.issue("Add", "", by=shop.github.user("wendy"))
        self.id = self.client.ensure_comment(issue.number, "", "0")
        self.comment: Comment = issue.comments[0]
        self.edit = NewestEdit(portal, self.client.editing)
        time.sleep(PACE)

    @property
    def texts(self) -> list[str]:
        return [*self.comment.edits, self.comment.body]


@pytest.fixture
def talk(shop: Shop) -> Iterator[Talk]:
    with Portal(shop.github.url, pace=PACE) as portal:
        yield Talk(shop, portal)
    shop.github.watch(lambda _: True)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def test_of_many_that_wait_for_their_turn_only_the_newest_is_sent(talk: Talk) -> None:
    before = time.monotonic()
    talk.edit.offer(talk.id, "1")
    until(lambda: talk.texts[-1] == "1")
    for number in range(2, 10):
        talk.edit.offer(talk.id, str(number))
    assert time.monotonic() - before < 5, "nobody waits"
    until(lambda: talk.texts[-1] == "9")
    talk.edit.settle()
    assert talk.texts == ["0", "1", "9"]


def test_whenever_it_is_offered_the_newest_arrives(shop: Shop) -> None:
    with Portal(shop.github.url, pace=0.0) as portal:
        talk = Talk(shop, portal)
        for number in range(40):  # fewer than the writes that a minute allows
            talk.edit.offer(talk.id, str(number))
            time.sleep(0.002 * (number % 4))
        until(lambda: talk.texts[-1] == "39")
        talk.edit.settle()
        numbers = [int(text) for text in talk.texts[1:]]
        assert numbers == sorted(numbers)


def test_after_an_outage_the_newest_is_sent(talk: Talk) -> None:
    order = talk.shop.github.fail("PATCH", "/issues/comments/", Fault.ERROR_502)
    talk.edit.offer(talk.id, "1")
    until(lambda: order.hits)
    talk.edit.offer(talk.id, "2")
    until(lambda: talk.texts[-1] == "2")
    assert talk.texts == ["0", "2"]


def test_one_that_fails_for_good_is_forgotten_and_the_next_is_sent(talk: Talk) -> None:
    talk.edit.offer(987654, "1")
    until(lambda: talk.shop.asked("PATCH", "/987654"))
    talk.edit.settle()
    talk.edit.offer(talk.id, "2")
    until(lambda: talk.texts == ["0", "2"])


def test_the_last_word_is_never_overtaken(talk: Talk) -> None:
    arrived = threading.Event()

    def watch(seen: Recorded) -> bool:
        if seen.method == "PATCH" and seen.status == 200 and not arrived.is_set():
            arrived.set()
            return False  # the answer is lost: it is going to be sent once more
        return True

    talk.shop.github.watch(watch)
    talk.edit.offer(talk.id, "1")
    assert arrived.wait(20)
    talk.edit.offer(talk.id, "2")
    talk.edit.settle()
    talk.client.edit_comment(talk.id, "the end")
    time.sleep(3 * PACE)
    assert talk.texts[-1] == "the end"
    assert talk.texts.count("the end") == 1


def test_whoever_has_to_end_does_not_wait_for_an_edit(talk: Talk) -> None:
    talk.shop.github.fail("PATCH", "/issues/comments/", Fault.TIMEOUT)
    talk.edit.offer(talk.id, "1")
    until(lambda: talk.shop.asked("PATCH", f"/{talk.id}"))

    def stopped() -> None:
        raise Cancelled("Enough.")

    before = time.monotonic()
    with pytest.raises(Cancelled), ending_when(stopped):
        talk.edit.settle()
    assert time.monotonic() - before < 10
    talk.client.edit_comment(talk.id, "the end")
    assert talk.texts == ["0", "the end"]


class Lost(BaseException):
    """Another process has this one's work."""


def test_a_process_that_may_not_go_on_still_gives_its_token_back(shop: Shop) -> None:
    lost: list[bool] = []

    def may_go_on() -> None:
        if lost:
            raise Lost

    with Portal(shop.github.url, pace=PACE, may_go_on=may_go_on) as portal:
        talk = Talk(shop, portal)
        desk = GitHubDesk(portal, shop.credentials, shop.repository)
        desk.issue_is_open(1)
        talk.client.edit_comment(talk.id, "now", "")  # whoever comes next waits for his turn
        lost.append(True)
        desk._edits.offer(talk.id, "1")
        time.sleep(PACE / 2)  # it waits for its turn
        with suppress(Lost):  # on a busy machine it was refused before
            desk.close()
        last = shop.github.requests[-1]
        assert (last.method, last.path) == ("DELETE", "/installation/token")
        assert "1" not in talk.texts
