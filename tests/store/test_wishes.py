"""The list of wishes on real databases, by several at once."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.tables import make_tables
from bot.store.wishes import Wish, Wishes
from bot.words.pressure import Crowd, Pressure, Turned
from tests.engine.postgresql import do_without, postgresql, there

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not there():
        do_without()
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("server")


Opened = Callable[..., Wishes]


@pytest.fixture
def opened(url: str) -> Iterator[Opened]:
    made: list[Database] = []

    def one(now: datetime = NOON, waiting: int = 10, person_day: int = 20) -> Wishes:
        database = Database(url)
        wishes = Wishes(database, Pressure(waiting=waiting, person_day=person_day), lambda: now)
        if not made:
            make_tables(database)
            wishes.forget(datetime.now(UTC) + timedelta(days=1))
        made.append(database)
        return wishes

    yield one
    for database in made:
        database.close()


def wish(number: int, *, person: int = 1, repository: int = 7, issue: int | None = None) -> Wish:
    name = f"{repository}-{number}-of-{person}"
    return Wish(id=name, person=person, repository=repository, issue=number if issue is None else issue)


def entered_alone(lately: Sequence[str]) -> Crowd:
    """As long as the engine has none of them: what was entered is all there is."""
    return Crowd(unfinished=len(lately))


def nobody(_: Sequence[str]) -> Crowd:
    return Crowd()


def test_a_person_gets_twenty_a_day_in_all_repositories_and_is_told_once(opened: Opened) -> None:
    wishes = opened()
    found = [wishes.enter(wish(number, repository=number % 3), nobody) for number in range(500)]
    assert [one.turned for one in found] == [None] * 20 + [Turned.PERSON] * 480
    assert [number for number, one in enumerate(found) if one.told] == [20]
    assert wishes.enter(wish(1, person=2), nobody).turned is None, "somebody else has a day of his own"
    assert opened(NOON + timedelta(days=1)).enter(wish(900), nobody).turned is None, "and so has tomorrow"


def test_a_wish_that_comes_again_is_counted_once_and_answered_the_same(opened: Opened) -> None:
    wishes = opened(person_day=2)
    first = [wishes.enter(wish(number), nobody) for number in range(3)]
    later = opened(NOON + timedelta(days=3), person_day=2)
    assert [later.enter(wish(number), nobody) for number in range(3)] == first
    assert first[2].turned is Turned.PERSON
    assert first[2].told
    assert later.enter(wish(7), nobody).turned is None


def test_a_clock_that_was_put_back_gives_nobody_a_second_day(opened: Opened) -> None:
    wishes = opened(person_day=2)
    assert [wishes.enter(wish(number), nobody).turned for number in range(2)] == [None, None]
    back = opened(NOON - timedelta(hours=6), person_day=2)
    assert back.enter(wish(5), nobody).turned is Turned.PERSON


def test_a_full_repository_counts_what_was_asked_and_is_told_once_for_an_issue(opened: Opened) -> None:
    wishes = opened(waiting=3, person_day=9)
    found = [wishes.enter(wish(number, issue=min(6, number)), entered_alone) for number in range(12)]
    assert [one.turned for one in found] == [None] * 4 + [Turned.REPOSITORY] * 5 + [Turned.PERSON] * 3
    assert [number for number, one in enumerate(found) if one.told] == [4, 5, 6, 9]


def test_the_last_place_is_given_once_however_many_ask_at_once(opened: Opened, url: str) -> None:
    """On PostgreSQL each asks through connections of its own, as other processes do."""
    several = [opened(waiting=3) for _ in range(1 if url.startswith("sqlite") else 6)]
    start = threading.Barrier(12)

    def ask(number: int) -> Turned | None:
        start.wait()
        return several[number % len(several)].enter(wish(number, person=number), entered_alone).turned

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(ask, range(12)))
    assert found.count(None) == 4
    assert found.count(Turned.REPOSITORY) == 8


def ask_for_many(url: str, first: int, answers: "multiprocessing.Queue[int]") -> None:
    with Database(url) as database:
        wishes = Wishes(database, Pressure(person_day=10), lambda: NOON)
        answers.put(sum(wishes.enter(wish(first + number), nobody).turned is None for number in range(20)))


def test_two_processes_count_together(server: str) -> None:
    with Database(server) as database:
        make_tables(database)
        Wishes(database, Pressure()).forget(datetime.now(UTC) + timedelta(days=1))
    made = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[int] = made.Queue()
    both = [made.Process(target=ask_for_many, args=(server, first, answers)) for first in (100, 200)]
    for process in both:
        process.start()
    assert sum(answers.get(timeout=60) for _ in both) == 10
    for process in both:
        process.join(30)


def test_answers_are_counted_apart(opened: Opened) -> None:
    wishes = opened(person_day=3)
    assert [wishes.answers(wish(number)) for number in range(5)] == [True, True, True, False, False]
    assert wishes.answers(wish(1)), "the same comment gets its answer also when it is asked again"
    assert wishes.enter(wish(9), nobody).turned is None


def test_old_ones_are_forgotten(opened: Opened) -> None:
    wishes = opened(person_day=1)
    wishes.enter(wish(1), nobody)
    assert wishes.forget(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert wishes.forget(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert wishes.enter(wish(2), nobody).turned is None
