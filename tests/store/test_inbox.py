"""The inbox on a real database, SQLite and PostgreSQL: what is stored, what is known again, what is handed on."""

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import IDLE_SECONDS, Database
from bot.store.inbox import Inbox, Letter
from bot.store.tables import make_tables
from tests.engine.postgresql import do_without, postgresql, there

TEXT = '{"é": "\\u0000"}'


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not there():
        do_without()
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'inbox.sqlite'}"
    server: str = request.getfixturevalue("server")
    engine = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text("drop table if exists intern_inbox, intern_known"))
    engine.dispose()
    return server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(url: str, clock: Clock) -> Iterator[Inbox]:
    database = Database(url)
    make_tables(database)
    inbox = Inbox(database, clock)
    yield inbox
    inbox.close()
    database.close()


def letter(delivery: str, meaning: str = "", place: str = "1-7") -> Letter:
    return Letter(delivery, meaning or f"comment-{delivery}", place, TEXT, meaning.startswith("body-"))


def handed(inbox: Inbox, most: int = 20) -> list[str]:
    found: list[str] = []
    inbox.move(lambda _connection, _number, delivery, _place, _event: found.append(delivery), most)
    return found


def test_a_group_goes_in_at_once_and_comes_out_in_its_order(inbox: Inbox) -> None:
    assert inbox.add([letter(f"d{number}") for number in range(250)]) == [True] * 250
    assert inbox.waiting() == 250
    assert [name for _ in range(13) for name in handed(inbox)] == [f"d{number}" for number in range(250)]
    assert (inbox.waiting(), handed(inbox)) == (0, [])


def test_what_is_handed_on_is_what_was_stored(inbox: Inbox) -> None:
    inbox.add([letter("a", place="3-4")])
    found: list[Any] = []
    inbox.move(lambda _connection, _number, *parts: found.append(parts))
    assert found == [("a", "3-4", TEXT)]


def test_what_a_letter_means_is_known_again_whatever_its_id(inbox: Inbox) -> None:
    again = [letter("a", "comment-1"), letter("a", "comment-1"), letter("b", "comment-1")]
    assert inbox.add(again) == [True, False, False]
    handed(inbox)
    assert inbox.add([*again, letter("d", "comment-4")]) == [False, False, False, True]


def test_an_id_that_is_used_for_something_else_keeps_nothing_from_being_stored(inbox: Inbox) -> None:
    assert inbox.add([letter("a", "comment-1"), letter("a", "comment-2")]) == [True, True]


def test_a_letter_that_can_not_be_handed_on_waits_and_the_others_pass(inbox: Inbox) -> None:
    inbox.add([letter("a"), letter("b"), letter("c")])

    def hand(_connection: sa.Connection, _number: int, delivery: str, _place: str, _event: str) -> None:
        if delivery == "b":
            raise ValueError("not this one")

    assert inbox.move(hand) == 2
    assert handed(inbox) == ["b"]


def test_a_crash_while_handing_on_leaves_everything_where_it_was(inbox: Inbox) -> None:
    inbox.add([letter("a"), letter("b")])

    class Killed(BaseException):
        pass

    def hand(_connection: sa.Connection, _number: int, delivery: str, _place: str, _event: str) -> None:
        if delivery == "b":
            raise Killed

    with pytest.raises(Killed):
        inbox.move(hand)
    assert handed(inbox) == ["a", "b"]


def test_a_copy_of_a_body_is_none_but_a_twin_of_its_first_minute_is(inbox: Inbox, clock: Clock) -> None:
    """The label was put on, taken off and put on again within a second: GitHub's bytes are the same."""
    assert inbox.add([letter("a", "body-1"), letter("a", "body-1")]) == [True, False]
    assert inbox.add([letter("b", "body-1"), letter("a", "body-1")]) == [True, False]
    assert handed(inbox) == ["a"], "both waited: whoever looks now will see both"
    clock.now += 2
    assert inbox.add([letter("c", "body-1"), letter("a", "body-1")]) == [True, False]
    assert handed(inbox) == ["c"], "the first one was looked up before"
    clock.now += 60
    assert inbox.add([letter(name, "body-1") for name in "abcde"]) == [False] * 5
    assert inbox.waiting() == 0


def test_a_flood_of_copies_is_bounded(inbox: Inbox) -> None:
    found = []
    for number in range(60):
        inbox.add([letter(f"copy-{number}", "body-1")])
        found += handed(inbox)
    assert len(found) == 21


def test_what_another_process_handed_on_is_known_here(inbox: Inbox, url: str, clock: Clock) -> None:
    other = Inbox(inbox.database, clock)
    assert (inbox.add([letter("a")]), other.add([letter("a")])) == ([True], [True])
    assert (handed(other), handed(inbox)) == (["a"], [])
    assert (other.add([letter("a")]), Inbox(inbox.database, clock).add([letter("a")])) == ([False], [False])
    other.close()


def test_a_comment_has_no_twins(inbox: Inbox) -> None:
    assert inbox.add([letter("a", "comment-1")]) == [True]
    handed(inbox)
    assert inbox.add([letter("b", "comment-1")]) == [False]


def test_only_what_is_handed_on_is_forgotten(inbox: Inbox, clock: Clock) -> None:
    inbox.add([letter("a")])
    handed(inbox)
    inbox.add([letter("b")])
    clock.now += 10
    inbox.add([letter("c")])
    handed(inbox, 1)
    assert inbox.forget(clock.now) == 2
    assert inbox.add([letter("a"), letter("b"), letter("c")]) == [True, True, False]


def test_what_is_handed_on_keeps_nobodys_words(inbox: Inbox) -> None:
    inbox.add([letter("a")])
    handed(inbox)
    with inbox.database.reading() as connection:
        assert connection.execute(sa.text("select count(*) from intern_inbox")).scalar() == 0
        assert list(connection.execute(sa.text("select * from intern_known")).mappings().one()) == [
            "meaning",
            "delivery",
            "received",
            "twins",
        ]


def test_numbers_grow_also_when_nothing_waits(inbox: Inbox) -> None:
    numbers: list[int] = []
    for name in "abc":
        inbox.add([letter(name)])
        inbox.move(lambda _connection, number, *_parts: numbers.append(number))
    assert numbers == sorted(set(numbers))


def _fill(url: str, name: str) -> None:
    database = Database(url)
    inbox = Inbox(database)
    for number in range(40):
        inbox.add([letter(f"{name}-{number}", f"comment-{number}")])
    inbox.close()
    database.close()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_several_processes_store_and_hand_on_and_each_letter_goes_once(inbox: Inbox, url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_fill, args=(url, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    found: list[str] = []
    pumps = [threading.Thread(target=_drain, args=(url, found)) for _ in range(3)]
    for thread in [*pumps]:
        thread.start()
    for ending in [*writers, *pumps]:
        ending.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert sorted(int(name.split("-")[1]) for name in found) == list(range(40))


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_the_second_letter_of_a_place_overtakes_no_first_one_in_another_process(inbox: Inbox, url: str) -> None:
    inbox.add([letter("first"), letter("second"), letter("elsewhere", place="1-8")])
    order: list[str] = []
    taken, go_on = threading.Event(), threading.Event()

    def slowly(_connection: sa.Connection, _number: int, delivery: str, _place: str, _event: str) -> None:
        taken.set()
        go_on.wait(5)
        order.append(delivery)

    first = threading.Thread(target=inbox.move, args=(slowly, 1))
    first.start()
    assert taken.wait(10)
    other = Inbox(inbox.database)
    second = threading.Thread(target=lambda: order.extend(handed(other)))
    second.start()
    second.join(1.0)  # time enough to overtake
    go_on.set()
    first.join(10)
    second.join(10)
    other.close()
    assert order == ["first", "second", "elsewhere"]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_one_that_is_frozen_while_it_hands_on_keeps_the_others_waiting_for_seconds(inbox: Inbox, url: str) -> None:
    inbox.add([letter("a"), letter("b")])
    child = os.fork()
    if child == 0:
        Inbox(Database(url)).move(lambda *_: os.kill(os.getpid(), signal.SIGSTOP), 1)
        os._exit(0)
    try:
        _, state = os.waitpid(child, os.WUNTRACED)
        assert os.WIFSTOPPED(state)
        began = time.monotonic()
        assert handed(inbox) == ["a", "b"]
        assert time.monotonic() - began < IDLE_SECONDS + 5
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _drain(url: str, found: list[str]) -> None:
    database = Database(url)
    inbox = Inbox(database)
    for _ in range(600):
        if len(found) >= 40:
            break
        inbox.move(lambda _connection, _number, delivery, _place, _event: found.append(delivery), 3)
        threading.Event().wait(0.05)
    inbox.close()
    database.close()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_server_that_was_away_is_found_again(inbox: Inbox) -> None:
    assert inbox.add([letter("a")]) == [True]
    with inbox.database.reading() as connection:
        connection.execute(
            sa.text("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
        )
    assert inbox.add([letter("a"), letter("b")]) == [False, True]


def test_a_file_that_is_locked_is_said_in_time(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'inbox.sqlite'}")
    make_tables(database)
    inbox = Inbox(database)
    other = sqlite3.connect(tmp_path / "inbox.sqlite", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        inbox.add([letter("a")])
    other.execute("rollback")
    assert inbox.add([letter("a")]) == [True]
    inbox.close()
    database.close()
    other.close()
