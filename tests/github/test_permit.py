"""Who may not go on sends no write, not even one that was waiting already."""

import threading

import pytest

from bot.github.credentials import TokenCredentials
from bot.github.portal import Portal
from bot.github.question import Question
from bot.github.stage import Stage
from bot.words.job import Repository
from tests.github.scripted_server import ScriptedServer, answer

REPOSITORY = Repository(id=1, owner="octo", name="shop", default_branch="main", installation=5)
READ = Question("GET", "/repos/octo/shop")
WRITE = Question("POST", "/repos/octo/shop/issues/1/comments", body={"body": "hello"})
REVOKE = Question("DELETE", "/installation/token", repeatable=True, paced=False)


class Away(BaseException):
    """This process is to be quiet."""


class Office:
    """A portal that may write until somebody says so."""

    def __init__(self, server: ScriptedServer, pace: float = 0.0) -> None:
        self.away = False
        self.portal = Portal(server.url, pace=pace, may_go_on=self.may_go_on)
        self.who = TokenCredentials("ghs_1")

    def may_go_on(self) -> None:
        if self.away:
            raise Away

    def ask(self, question: Question) -> object:
        client = self.portal.client
        return self.portal.run(client.ask(question, self.who.open(client, REPOSITORY, Stage.READ))).data


def test_writes_end_there_and_reading_goes_on() -> None:
    with ScriptedServer(answer(1), answer(2), answer(3)) as server:
        office = Office(server)
        with office.portal:
            assert office.ask(WRITE) == 1
            office.away = True
            for _ in range(2):  # over a new connection and over one that is there
                with pytest.raises(Away):
                    office.ask(WRITE)
            assert office.ask(READ) == 2
            with pytest.raises(Away):
                office.ask(WRITE)
            assert office.ask(REVOKE) == 3, "a token may always be given back"
        assert [request[0] for request in server.requests] == ["POST", "GET", "DELETE"]


def test_a_write_that_waited_for_its_turn_is_kept_back() -> None:
    with ScriptedServer(answer(1), answer(2)) as server:
        office = Office(server, pace=0.5)
        with office.portal:
            assert office.ask(WRITE) == 1
            threading.Timer(0.1, lambda: setattr(office, "away", True)).start()
            with pytest.raises(Away):
                office.ask(WRITE)
        assert len(server.requests) == 1


def test_a_write_that_is_tried_again_is_kept_back() -> None:
    with ScriptedServer(answer(None, 502), answer(2)) as server:
        office = Office(server)
        question = Question("PATCH", "/repos/octo/shop/issues/comments/1", body={"body": "x"}, repeatable=True)
        with office.portal:
            threading.Timer(0.2, lambda: setattr(office, "away", True)).start()
            with pytest.raises(Away):
                office.ask(question)
        assert len(server.requests) == 1
