"""The port, and a signal that comes before it is open."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.standins.github import App
from bot.standins.replayed_model import ReplayedModel

pytestmark = pytest.mark.bubblewrap


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    """A port of somebody who takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        somebody.settimeout(60)
        yield somebody


def serving(folder: Path, model: str, port: int) -> "subprocess.Popen[bytes]":
    key = folder / "key.pem"
    key.write_text(App.generate().private_key)
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        "APP_ID": "1",
        "PRIVATE_KEY_PATH": str(key),
        "WEBHOOK_SECRET": "a-secret-of-these-tests",
        "DATABASE_URL": f"sqlite:///{folder / 'intern.sqlite'}",
        "GITHUB_API_URL": "http://127.0.0.1:1",
        "OLLAMA_BASE_URL": model,
        "INTERN_MODEL": "ollama_chat/replayed",
        "INTERN_SANDBOX": "bubblewrap",
        "INTERN_WARM_ROOMS": "0",
        "PORT": str(port),
    }
    return subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=environment, stderr=subprocess.PIPE)


def test_a_port_that_is_taken_is_said_before_any_job_is_taken_up(tmp_path: Path, taken: socket.socket) -> None:
    """A supervisor starts it again and again: each job that was taken up would count that, and be given up soon."""
    with ReplayedModel([]) as model, serving(tmp_path, model.url, taken.getsockname()[1]) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"can't be listened on" in said
    assert b"Set HOST or PORT" in said
    assert not (tmp_path / "intern.sqlite").exists()


def test_a_signal_that_comes_while_it_starts_ends_it(tmp_path: Path, taken: socket.socket) -> None:
    """As the first process of a container, too, which hears no signal that it does not wait for."""
    silent = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with serving(tmp_path, silent, 0) as process:
        asking, _ = taken.accept()
        with asking:
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert b"Traceback" not in said
