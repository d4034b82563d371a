"""One database for all tables of a process: few connections stay open, and nobody waits for one."""

import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.store.database import POOL, Database
from bot.store.daybook import Daybook
from bot.store.halts import Halts
from bot.store.tables import make_tables
from bot.words.budget import Usage
from tests.engine.postgresql import do_without, postgresql, there

#: More than a pool of SQLAlchemy's has by default, for all of its threads.
THREADS = 20


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    if not there():
        do_without()
    with postgresql() as url, Database(url) as made:
        make_tables(made)
        yield made


def connections(database: Database) -> int:
    query = (
        "select count(*) from pg_stat_activity where datname = current_database() and backend_type = 'client backend'"
    )
    with database.reading() as connection:
        return int(connection.execute(sa.text(query)).scalar_one())


def test_many_threads_read_at_once_and_few_connections_stay(database: Database) -> None:
    inside, ended = threading.Barrier(THREADS), list[float]()

    def read() -> None:
        with database.reading() as connection:
            connection.execute(sa.text("select 1"))
            inside.wait(30)  # it breaks where one of them has to wait for another's connection
            ended.append(time.monotonic())

    threads = [threading.Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ended) == THREADS
    end = time.monotonic() + 20  # the server needs a moment to notice that the others were closed
    while connections(database) != POOL["pool_size"] and time.monotonic() < end:
        time.sleep(0.1)
    assert connections(database) == POOL["pool_size"]


def test_who_writes_to_one_table_waits_for_nobody_at_another(database: Database) -> None:
    book, halts = Daybook(database), Halts(database)
    writing, go_on = threading.Event(), threading.Event()

    def slowly(_: sa.Connection) -> None:
        writing.set()
        go_on.wait(30)

    slow = threading.Thread(target=book.enter, args=("a", 1, 0.0, Usage(calls=1), slowly))
    slow.start()
    assert writing.wait(30)
    next_one = threading.Thread(target=book.enter, args=("b", 1, 0.0, Usage(calls=1)))
    next_one.start()
    halts.enter("a", "alice said so.")
    assert halts.read("a") is not None
    next_one.join(0.3)
    assert next_one.is_alive(), "one after the other at the same table"
    go_on.set()
    slow.join(30)
    next_one.join(30)
    assert book.usage(1)[0].calls == 2


def test_several_processes_make_the_tables_at_once(database: Database) -> None:
    with database.writing(1) as connection:
        for (table,) in connection.execute(
            sa.text("select tablename from pg_tables where schemaname = 'public'")
        ).all():
            connection.execute(sa.text(f'drop table "{table}"'))
    failed: list[BaseException] = []

    def make() -> None:
        try:
            with Database(database.url) as another:
                make_tables(another)
        except BaseException as error:  # noqa: BLE001  (told in the other thread)
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    with database.reading() as connection:
        assert connection.execute(sa.text("select version from intern_schema")).all() == [(1,)]


def test_what_was_frozen_in_a_transaction_is_done_anew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database.IDLE_SECONDS", 1)
    tries = list[int]()

    def frozen_at_first(connection: sa.Connection) -> int:
        tries.append(len(tries))
        if len(tries) == 1:
            time.sleep(2)  # the server ends the transaction, and the connection with it
        return int(connection.execute(sa.text("select 7")).scalar_one())

    assert database.patiently(1, frozen_at_first) == 7
    assert tries == [0, 1]
