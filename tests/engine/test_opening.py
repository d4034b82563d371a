"""Databases with which nothing can be begun: each is said with what to do, and left as it was."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.engine.opening import check_database
from bot.errors import ConfigurationError
from bot.store.schema import SCHEMA
from tests.engine.alone import LoneEngine, finish
from tests.engine.postgresql import do_without, postgresql, there


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("store") / "jobs.sqlite"
    engine = LoneEngine(f"sqlite:///{file}", {})
    engine.launch()
    engine.close(1)
    return file


@pytest.fixture
def file(used: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(used, tmp_path))


def refused(file: Path) -> str:
    before = file.read_bytes()
    with pytest.raises(ConfigurationError) as told:
        LoneEngine(f"sqlite:///{file}", {}).launch()
    assert file.read_bytes() == before
    return str(told.value)


def test_a_usual_one_is_fine_and_so_is_none(file: Path, tmp_path: Path) -> None:
    check_database(f"sqlite:///{file}")
    check_database(f"sqlite:///{tmp_path / 'not there.sqlite'}")
    (tmp_path / "empty.sqlite").touch()
    check_database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("select version from intern_schema").fetchall() == [(SCHEMA,)]
        assert connection.execute("select count(*) from sqlite_master where name = 'intern_trying'").fetchone() == (0,)


@pytest.mark.parametrize("where", ["head", "middle"])
def test_a_damaged_one(file: Path, where: str) -> None:
    data = bytearray(file.read_bytes())
    start = 0 if where == "head" else 4096 * 3
    data[start : start + 8000] = os.urandom(8000)
    file.write_bytes(data)
    said = refused(file)
    assert "is damaged (" in said
    assert "Put a copy of it back, or move it away and start again" in said


def test_one_that_can_not_be_written(file: Path) -> None:
    """Also as root, for whom rights mean nothing: a child gives them up."""
    file.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    for folder in [file.parent, *file.parent.parents][:3]:
        folder.chmod(folder.stat().st_mode | 0o555)
    program = (
        "import os, sys\n"
        "from bot.engine.opening import check_database\n"
        "os.getuid() or os.setuid(65534)\n"
        "check_database(sys.argv[1])\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, f"sqlite:///{file}"], capture_output=True, text=True)
    assert "can't be written. Give the bot's user write access to it and to its folder." in ended.stderr


def test_one_that_somebody_else_has_locked(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(ConfigurationError, match="is locked by another program"):
            check_database(f"sqlite:///{file}", patience=0.2)
        other.execute("rollback")


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("insert into intern_schema select max(version) + 1 from intern_schema", "tables"),
        ("update dbos_migrations set version = version + 1", "engine"),
    ],
)
def test_one_of_a_newer_version(file: Path, statement: str, what: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()
    said = refused(file)
    assert f"was written by a newer version of the bot ({what} " in said
    assert "Install that version again" in said


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not there():
        do_without()
    with postgresql() as url:
        yield url


def test_one_that_was_made_for_ascii_alone_keeps_every_letter(server: str) -> None:
    """As `createdb` makes it on a machine without a locale."""
    driver = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with driver.connect() as connection:
        connection.execute(sa.text("create database plain encoding 'SQL_ASCII' template template0 locale 'C'"))
    url = server.replace("/postgres?", "/plain?")
    check_database(url)
    engine = LoneEngine(url, {"jobs": 1})
    engine.add("echo", lambda steps, argument: {"said": steps.step("say", lambda: argument["word"] + "!", str)})
    engine.launch()
    try:
        engine.enqueue_now("jobs", "echo", "one", {"word": "Grüße, 你好"}, partition="here")
        assert finish(engine, "one") == ("SUCCESS", {"said": "Grüße, 你好!"})
    finally:
        engine.close(1)
    check_database(url)


def test_a_newer_one_on_postgresql(server: str) -> None:
    check_database(server)
    engine = LoneEngine(server, {})
    engine.launch()
    engine.close(1)
    check_database(server)
    driver = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:"))
    for statement, back, what in (
        ("insert into intern_schema values (7)", "delete from intern_schema where version = 7", "tables 7"),
        ("update dbos.dbos_migrations set version = version + 9000", "", "engine 9"),
    ):
        with driver.begin() as connection:
            connection.execute(sa.text(statement))
        with pytest.raises(ConfigurationError, match=rf"newer version of the bot \({what}"):
            LoneEngine(server, {}).launch()
        if back:
            with driver.begin() as connection:
                connection.execute(sa.text(back))
    driver.dispose()


def test_a_standby_is_no_place_for_jobs(server: str) -> None:
    with pytest.raises(ConfigurationError, match="is read-only there, perhaps a standby"):
        check_database(f"{server}&options=-c%20default_transaction_read_only%3Don")


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL can't be opened"):
        check_database("postgresql://nobody@127.0.0.1:9/none")
