"""One process takes webhooks in, another does what they ask for; nothing but the database is between them."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import psycopg
import pytest

from bench.soak.machine import SECRET
from bench.soak.world import BODY, TITLE, World, until
from bot import settings
from bot.errors import ConfigurationError
from bot.server.app import WEBHOOK_PATH
from bot.server.web import Web
from bot.store.database import Database
from bot.words.role import Role
from tests.machines.conftest import WorldMaker
from tests.machines.test_machines import LONG, check

SQLITE = {"WEBHOOK_SECRET": SECRET}


@pytest.mark.parametrize("role", [Role.WEB, Role.WORKER])
def test_a_file_can_not_be_shared(role: Role) -> None:
    with pytest.raises(ConfigurationError, match=f"--role {role.value} needs a PostgreSQL"):
        settings.server_settings(SQLITE, role)


def test_each_role_asks_for_what_it_needs() -> None:
    postgres = {"DATABASE_URL": "postgresql://db/intern"}
    assert settings.server_settings(postgres, Role.WORKER).webhook_secret == b""
    for role in (Role.WEB, Role.ALL):
        with pytest.raises(ConfigurationError, match="WEBHOOK_SECRET is not set"):
            settings.server_settings(postgres, role)


@pytest.fixture
def web(world: WorldMaker) -> Iterator[tuple[World, int, "subprocess.Popen[bytes]"]]:
    """A world, and `intern serve --role web` with next to no settings, by its port."""
    made = world()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    environment = {**kept, "DATABASE_URL": made.database, "WEBHOOK_SECRET": SECRET, "PORT": str(port)}
    made.start_database()
    command = [sys.executable, "-m", "bot", "serve", "--role", "web"]
    with subprocess.Popen(command, env=environment, stderr=(made.folder / "web").open("wb")) as process:
        yield made, port, process
        process.kill()


def test_the_web_leaves_the_tables_of_a_newer_version_alone(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database newer")
    url = server.replace("/postgres?", "/newer?")
    with psycopg.connect(url) as connection:
        connection.execute("create table intern_schema (version integer primary key)")
        connection.execute("insert into intern_schema values (7)")
    database = Database(url)
    web = Web(database)
    try:
        with pytest.raises(ConfigurationError, match=r"newer version of the bot \(tables 7, this one knows"):
            web.launch()
    finally:
        web.close()
        database.close()
    with psycopg.connect(url) as connection:
        assert connection.execute("select to_regclass('intern_inbox')").fetchone() == (None,)


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.mark.bubblewrap
def test_what_the_web_takes_in_a_worker_does(web: tuple[World, int, "subprocess.Popen[bytes]"]) -> None:
    today, port, process = web
    assert until(lambda: status(port, "/healthz") == 200, LONG), (today.folder / "web").read_text()
    today.github.webhook_url = f"http://127.0.0.1:{port}{WEBHOOK_PATH}"
    issue = today.repository(1).issue(TITLE, BODY, by=today.alice)
    assert today.thread.run(today.alice.labels(issue, "intern")) == 202
    assert today.rows("select count(*) from intern_inbox") == [(1,)]
    assert today.states("") == {}, "the web has no engine"

    worker = today.machine(role=Role.WORKER)
    assert until(lambda: today.ended(issue), LONG)
    check(today, issue)
    assert status(worker.setup.port, "/healthz") == 200
    assert status(worker.setup.port, WEBHOOK_PATH) == 404, (
        "without a secret nothing can be checked, so nothing is taken"
    )

    process.send_signal(signal.SIGTERM)
    assert process.wait(LONG) == 0
