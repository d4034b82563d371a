"""The daybook on a real database: what a day has left for two repositories, across crashes, jobs and midnight."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dspy
import pytest
import sqlalchemy as sa

from bot.engine import account as accounts
from bot.engine.account import NO_ACCOUNT, DayAccount
from bot.engine.inline import InlineSteps
from bot.errors import Broken, BudgetSpent, DaySpent, Later
from bot.programs.model import Model
from bot.programs.session import session
from bot.solve.local_desk import LocalDesk
from bot.solve.request import local_job
from bot.store import database, daybook, reaching
from bot.store.database import Database
from bot.store.daybook import Daybook
from bot.store.tables import make_tables
from bot.words.budget import Budget, Usage
from bot.words.day import DayBudget, DayUsage
from bot.words.snapshot import Snapshot
from bot.workflow.ending import End
from bot.workflow.story import fulfil
from bot.workflow.workshop import Workshop
from sandbox.files import File
from tests.engine.postgresql import do_without, postgresql, there
from tests.programs.fake_ollama import fake_ollama, said

MIDDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)
FILES = Snapshot("b" * 40, {"tempo.py": File(b"x = 1\n"), "test_tempo.py": File(b"def test_x(): ...\n")})
WIDE = DayBudget(jobs=1000, minutes=1000, calls=1000, tokens=1_000_000, money=1000)


class World:
    """Databases and a clock."""

    def __init__(self, url: str) -> None:
        self.url, self.now = url, MIDDAY
        self.databases: list[Database] = []
        self.books: list[Daybook] = []

    def book(self) -> Daybook:
        database = Database(self.url)
        make_tables(database)
        self.databases.append(database)
        self.books.append(Daybook(database, lambda: self.now))
        return self.books[-1]

    def account(
        self,
        job: str,
        repository: int = 1,
        budget: DayBudget = WIDE,
        whole: DayBudget = WIDE,
        book: Daybook | None = None,
    ) -> DayAccount:
        return DayAccount(book or self.books[0], job, repository, budget, whole)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL; "" where none can be started."""
    if not there():
        yield ""
        return
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'intern.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("server")
        if not url:
            do_without()
        engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        with engine.begin() as connection:
            connection.execute(sa.text("drop table if exists intern_daybook"))
        engine.dispose()
    made = World(url)
    made.book()
    yield made
    for opened in made.databases:
        opened.close()


def usage(world: World, repository: int = 1) -> DayUsage:
    return world.books[0].usage(repository)[0]


def test_what_is_spent_is_kept_across_processes_and_by_repository(world: World) -> None:
    account = world.account("a", 1)
    account.begin()
    account.admit(100, costs=True)
    account.enter(Usage(prompt_tokens=300, reply_tokens=100, money=0.5, room_seconds=9))
    other = world.account("b", 2)
    other.begin()
    other.admit(100, costs=True)
    mine, whole = world.book().usage(1)
    assert mine == DayUsage(jobs=1, calls=1, tokens=400, money=0.5)
    assert whole == DayUsage(jobs=2, calls=2, tokens=400, money=0.5)


def test_a_job_that_is_taken_up_again_counts_once(world: World) -> None:
    few = DayBudget(jobs=2)
    for job in ("a", "b", "a", "b", "a"):
        world.account(job, budget=few).begin()
    assert usage(world).jobs == 2
    with pytest.raises(DaySpent) as caught:
        world.account("c", budget=few).begin()
    assert str(caught.value) == ("This repository has used 2 of 2 jobs today; ask again after 2026-11-27 00:00 UTC.")
    assert usage(world).jobs == 2, "who is refused spends nothing"


KILLED = """
import os, signal, sys
from datetime import datetime
from bot.engine.account import DayAccount
from bot.store.database import Database
from bot.store.daybook import Daybook
from bot.words.day import DayBudget
book = Daybook(Database(sys.argv[1]), lambda: datetime.fromisoformat(sys.argv[2]))
account = DayAccount(book, "a", 1, DayBudget(), DayBudget())
account.begin()
account.at_work(lambda: (account.admit(10, costs=True), os.kill(os.getpid(), signal.SIGKILL)))
"""


def test_a_killed_process_leaves_what_it_has_spent_and_its_job_counts_once(world: World) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, world.url, MIDDAY.isoformat()], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    again = world.account("a", budget=DayBudget(jobs=1, calls=2))
    again.begin()
    again.admit(10, costs=True)
    assert (usage(world).jobs, usage(world).calls) == (1, 2), "the call of the killed process is not forgotten"
    with pytest.raises(DaySpent, match="2 of 2 model calls"):
        again.admit(10, costs=True)


def test_midnight_gives_everything_back_and_a_job_goes_on(world: World) -> None:
    few = DayBudget(jobs=1, calls=1)
    account = world.account("a", budget=few)
    account.begin()
    account.admit(1, costs=False)
    with pytest.raises(DaySpent, match="1 of 1 model calls today; ask again after 2026-11-27"):
        account.admit(1, costs=False)
    world.now = MIDDAY + timedelta(hours=12)
    account.admit(1, costs=False)
    assert usage(world) == DayUsage(calls=1), "the job was begun yesterday"
    account.begin()
    world.account("b", budget=DayBudget(jobs=1)).begin()
    assert usage(world).jobs == 1


@pytest.mark.parametrize(
    ("budget", "spent", "characters", "costs", "words"),
    [
        (DayBudget(tokens=1000), Usage(prompt_tokens=900), 404, True, "900 of 1,000 tokens today and the next prompt"),
        (DayBudget(tokens=1000), Usage(prompt_tokens=900), 400, True, ""),
        (DayBudget(tokens=1000), Usage(reply_tokens=1200), 0, True, "1,200 of 1,000 tokens today;"),
        (DayBudget(money=1.0), Usage(money=1.25), 0, True, "$1.25 of $1.00 today"),
        (DayBudget(money=1.0), Usage(money=1.25), 0, False, ""),
        (DayBudget(money=0.0), Usage(), 0, True, "$0.00 of $0.00 today"),
        (DayBudget(money=0.0), Usage(), 0, False, ""),
        (DayBudget(calls=1), Usage(calls=1), 0, False, "1 of 1 model calls today"),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_every_part_is_a_limit(
    world: World, budget: DayBudget, spent: Usage, characters: int, costs: bool, words: str, whole: bool
) -> None:
    account = world.account("a", budget=WIDE if whole else budget, whole=budget if whole else WIDE)
    world.account("b", repository=2 if whole else 1).enter(spent)
    if not words:
        account.admit(characters, costs=costs)
        return
    with pytest.raises(DaySpent) as caught:
        account.admit(characters, costs=costs)
    said = str(caught.value)
    if not whole:
        assert said.startswith("This repository has used " + words)
        return
    assert said.startswith("All repositories together have ")
    amount = said.partition("; ask again after")[0]
    assert not any(character.isdigit() for character in amount), "nobody is told what other repositories spend"


def test_no_job_is_begun_that_could_not_ask_anything(world: World) -> None:
    for spent in (Usage(calls=1000), Usage(prompt_tokens=1_000_000), Usage(money=1000.0)):
        world.now += timedelta(days=1)
        world.account("other").enter(spent)
        with pytest.raises(DaySpent):
            world.account("a").begin()


def test_wall_time_is_counted_while_a_piece_of_work_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(accounts.time, "monotonic", lambda: clock[0])
    account = world.account("a", budget=DayBudget(minutes=2))
    seen: list[float] = []

    def work() -> str:
        clock[0] += 60
        account.admit(1, costs=False)
        seen.append(usage(world).minutes)
        clock[0] += 30
        seen.append(account.minutes())
        clock[0] += 31
        with pytest.raises(DaySpent, match="2 of 2 minutes today"):
            account.check()
        return "done"

    assert account.at_work(work) == "done"
    assert seen == [1.0, 0.5]
    clock[0] += 600  # between two pieces nothing is counted
    assert usage(world).minutes == pytest.approx(121 / 60)
    with pytest.raises(DaySpent, match="minutes today"):
        account.at_work(lambda: pytest.fail("there is no time for it"))


def test_the_time_of_work_that_fails_is_counted_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(accounts.time, "monotonic", lambda: clock[0])

    def work() -> None:
        clock[0] += 60
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        world.account("a").at_work(work)
    assert usage(world).minutes == 1.0


def test_many_at_once_never_make_more_calls_than_there_are(world: World) -> None:
    books = [world.books[0], world.book()] if world.url.startswith("postgres") else [world.books[0]] * 2
    each = DayBudget(calls=40)
    made, refused = [], []

    def ask(number: int) -> None:
        account = world.account(f"job-{number}", budget=each, book=books[number % 2])
        for _ in range(10):
            try:
                account.admit(10, costs=True)
                made.append(number)
            except DaySpent:
                refused.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused), usage(world).calls) == (40, 40, 40)


def test_old_days_are_forgotten(world: World) -> None:
    world.account("a").enter(Usage(calls=7))
    assert world.book().forget() == 0
    world.now += timedelta(days=91)
    assert world.book().forget() == 1
    world.now = MIDDAY
    assert usage(world).calls == 0


def test_today_is_told_with_its_limits(world: World) -> None:
    account = world.account("a", 1, DayBudget(calls=5), DayBudget(calls=9))
    account.limit(DayBudget(calls=3))
    account.admit(1, costs=False)
    world.account("b", 2).admit(1, costs=False)
    today = account.today()
    assert today is not None
    assert (today.usage.calls, today.budget.calls) == (1, 3)


def test_without_a_book_nothing_is_spent_and_only_the_showing_goes_on(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("bot.store.database.PATIENCE", (0.01,))
    opened = Database(f"sqlite:///{tmp_path / 'never-opened.sqlite'}")
    book = Daybook(opened)
    account = DayAccount(book, "a", 1, WIDE, WIDE)
    pieces = (account.begin, account.check, account.minutes, lambda: account.enter(Usage()))
    for piece in (*pieces, lambda: account.at_work(list), lambda: account.admit(1, costs=False)):
        with pytest.raises(Broken, match="database does not answer"):
            piece()
    assert account.today() is None
    opened.close()


def test_a_database_that_is_away_is_no_fault_of_the_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database.PATIENCE", (0.01,))
    opened = Database(f"sqlite:///{tmp_path / 'never-opened.sqlite'}")
    book = Daybook(opened)
    account, deadline = DayAccount(book, "a", 1, WIDE, WIDE), time.monotonic() + 60
    with fake_ollama(otherwise=said(answer="2")) as fake:
        with session(Model(url=fake.url), Budget(), deadline, day=account), pytest.raises(Broken):
            dspy.Predict("question -> answer")(question="1+1?")
        assert fake.bodies == []
    workshop = Workshop(model=Model(), sandbox=None)  # no room is opened, and no model asked
    desk = LocalDesk(FILES, lambda _: None, "")
    ending = fulfil(local_job("x", "", "tempo", FILES), desk, workshop, InlineSteps(), Budget(), account)
    assert ending.end is End.FAILED
    assert "My database does not answer" in ending.sentence
    opened.close()


def test_the_time_before_a_call_that_may_not_pass_counts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(accounts.time, "monotonic", lambda: clock[0])
    account = world.account("a", budget=DayBudget(calls=0))

    def work() -> None:
        clock[0] += 60
        with pytest.raises(DaySpent, match="model calls"):
            account.admit(1, costs=False)

    account.at_work(work)
    assert usage(world).minutes == 1.0


def test_the_wait_for_a_book_is_no_work(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not server:
        do_without()
    monkeypatch.setattr(database, "PATIENCE", ())
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    clock = [0.0]
    monkeypatch.setattr(accounts.time, "monotonic", lambda: clock[0])
    opened, engine = Database(server), sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:", 1))
    make_tables(opened)
    book = Daybook(opened, lambda: MIDDAY)
    account = DayAccount(book, "waits", 77, WIDE, WIDE)
    with engine.connect() as holder:

        def work(meanwhile: str) -> None:
            clock[0] += 60
            holder.execute(sa.text(meanwhile), {"lock": daybook.LOCK})

        with pytest.raises(Later):
            account.at_work(lambda: work("select pg_advisory_lock(:lock)"))
        holder.execute(sa.text("select pg_advisory_unlock(:lock)"), {"lock": daybook.LOCK})
        clock[0] += 3600
        account.at_work(lambda: work("select :lock"))
    assert book.usage(77)[0].minutes == 2.0
    opened.close()
    engine.dispose()


def test_nobody_waits_for_ever_for_whoever_holds_the_book(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not server:
        do_without()
    monkeypatch.setattr(database, "PATIENCE", ())
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    opened, engine = Database(server), sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:", 1))
    make_tables(opened)
    book = Daybook(opened)
    with engine.begin() as holder:
        holder.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": daybook.LOCK})
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            book.enter("a", 1, 0.0, Usage())
    book.enter("a", 1, 0.0, Usage())
    opened.close()
    engine.dispose()


def test_nobody_waits_for_ever_for_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", ())
    monkeypatch.setitem(reaching.OURS, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        opened, started = Database(f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/x"), time.monotonic()
        with pytest.raises(sa.exc.OperationalError):
            Daybook(opened).usage(1)
    assert time.monotonic() - started < 30
    opened.close()


def test_no_account_limits_nothing() -> None:
    NO_ACCOUNT.begin()
    NO_ACCOUNT.admit(10**9, costs=True)
    NO_ACCOUNT.enter(Usage(calls=10**9))
    NO_ACCOUNT.check()
    assert (NO_ACCOUNT.at_work(lambda: 7), NO_ACCOUNT.minutes(), NO_ACCOUNT.today()) == (7, float("inf"), None)


def test_the_day_is_a_kind_of_budget() -> None:
    assert issubclass(DaySpent, BudgetSpent)
