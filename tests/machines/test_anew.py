"""`intern serve` itself, which the others took for dead: it comes back by itself, as another one."""

import os
import signal
import socket
import subprocess
import sys

import psycopg
import pytest

from bench.soak.machine import SECRET
from bench.soak.world import _APP, until
from tests.machines.conftest import WorldMaker
from tests.machines.test_machines import LONG
from tests.machines.test_roles import status


@pytest.mark.bubblewrap
def test_a_process_that_lost_its_place_starts_anew_without_anybodys_help(world: WorldMaker) -> None:
    today = world()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    key = today.folder / "key.pem"
    key.write_text(_APP.private_key)
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        "APP_ID": str(_APP.id),
        "PRIVATE_KEY_PATH": str(key),
        "WEBHOOK_SECRET": SECRET,
        "DATABASE_URL": today.database,
        "GITHUB_API_URL": today.github.url,
        "OLLAMA_BASE_URL": today.model.url,
        "INTERN_MODEL": "ollama_chat/replayed",
        "INTERN_SANDBOX": "bubblewrap",
        "INTERN_WARM_ROOMS": "0",
        "INTERN_DISK_FREE": "0",
        "PORT": str(port),
    }
    log = today.folder / "serve"
    with subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=environment, stderr=log.open("wb")) as process:
        try:
            assert until(lambda: status(port, "/healthz") == 200, LONG), log.read_text()
            ((first,),) = today.rows("select id from intern_nodes")
            with psycopg.connect(today.database, autocommit=True) as connection:
                connection.execute("delete from intern_nodes")  # as others do when it was silent for too long
            assert until(lambda: today.rows("select id from intern_nodes") not in ([], [(first,)]), LONG), (
                log.read_text()
            )
            assert until(lambda: status(port, "/healthz") == 200, LONG), log.read_text()
            assert "starts anew" in log.read_text()
            assert process.poll() is None, "no supervisor had to start it"
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0, "it listens to signals as before"
            assert today.rows("select id from intern_nodes") == []
        finally:
            process.kill()
