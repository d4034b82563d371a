"""`intern` as its users meet it: help, refusals to start, the doctor's words, a clean end."""

import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.standins.github import App
from bot.standins.replayed_model import ReplayedModel, Reply
from tests.command_line import ROOT, environment, forked, intern, refused

COMMANDS = ("serve", "solve", "action", "demo", "doctor", "optimize")


@pytest.fixture(scope="module")
def key() -> str:
    return App.generate().private_key


@pytest.fixture
def model() -> Iterator[ReplayedModel]:
    with ReplayedModel([]) as made:
        yield made


@pytest.fixture
def ready(tmp_path: Path, key: str, model: ReplayedModel) -> dict[str, str]:
    """Everything that `intern serve` needs."""
    (tmp_path / "key.pem").write_text(key)
    return {
        "APP_ID": "12345",
        "PRIVATE_KEY_PATH": str(tmp_path / "key.pem"),
        "WEBHOOK_SECRET": "a-secret-of-a-good-length",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'intern.sqlite'}",
        "INTERN_MODEL": "ollama_chat/replayed",
        "OLLAMA_BASE_URL": model.url,
        "PORT": "0",
    }


# Help.


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    ran = intern(command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert f"usage: intern {command}" in ran.out
    assert "example:" in ran.out
    assert f"intern {command}" in ran.out.partition("example:")[2]


def test_the_help_names_every_command_and_the_exit_codes() -> None:
    ran = intern("--help")
    assert (ran.code, ran.err) == (0, "")
    for command in COMMANDS:
        assert f"intern {command}" in ran.out.partition("examples:")[2]
    assert "exit codes:" in ran.out


@pytest.mark.parametrize("arguments", [[], ["fly"], ["serve", "now"]])
def test_wrong_usage_is_said_in_one_line(arguments: list[str]) -> None:
    assert "--help" in refused(intern(*arguments))


LONG = "x" * 300


@pytest.mark.parametrize(
    "arguments",
    [
        ["trial", "--tasks", LONG],
        ["trial", "--repo", LONG],
        ["trial", "--repo", "loop"],
        ["trial", "--tasks", "loop"],
        ["trial", "--tasks", f"{ROOT}/bench/tasks", "--out", "loop"],
        ["trial", "--tasks", f"{ROOT}/bench/tasks", "--out", LONG],
        ["optimize", "--tasks", LONG],
        ["optimize", "--repo", "r", "--trial", LONG],
        ["optimize", "--repo", "loop"],
        ["solve", "--repo", LONG, "--issue", "issue.md"],
        ["solve", "--repo", "loop", "--issue", "issue.md"],
        ["solve", "--repo", "tasks", "--issue", "loop"],
        ["replay", LONG],
        ["replay", "loop"],
    ],
)
def test_a_path_that_leads_nowhere_is_said_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "tasks").mkdir()
    (tmp_path / "issue.md").write_text("x")
    line = refused(forked(*arguments, settings={"INTERN_PROGRAMS": "made"}, cwd=tmp_path))
    assert "loop" in line or LONG in line


def test_a_folder_of_programs_that_can_not_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    refused(intern("doctor", "--quick", settings={"INTERN_PROGRAMS": LONG}, cwd=tmp_path), LONG, "too long")


# Refusing to serve.


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"WEBHOOK_SECRET": ""}, "WEBHOOK_SECRET is not set"),
        ({"WEBHOOK_SECRET": "   "}, "WEBHOOK_SECRET is not set"),
        ({"WEBHOOK_SECRET": "hunter2"}, "WEBHOOK_SECRET has only 7 bytes"),
        ({"APP_ID": ""}, "APP_ID is not set"),
        ({"PRIVATE_KEY_PATH": ""}, "PRIVATE_KEY_PATH is not set"),
        ({"PRIVATE_KEY_PATH": "/nowhere.pem"}, "PRIVATE_KEY_PATH /nowhere.pem can't be read: No such file"),
        ({"PRIVATE_KEY_PATH": "/tmp"}, "can't be read: Is a directory"),  # noqa: S108  (any folder)
        (
            {"PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----\\nAAAA\\n-----END RSA PRIVATE KEY-----"},
            "not a key in PEM form",
        ),
        ({"PORT": "http"}, 'PORT is "http"'),
        ({"PORT": "70000"}, 'PORT is "70000"'),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"GITHUB_API_URL": "ftp://x"}, "GITHUB_API_URL"),
        ({"INTERN_MODEL": "gpt"}, 'INTERN_MODEL is "gpt"'),
        ({"INTERN_MODEL": "ollama_chat/nobody"}, 'has no "nobody"'),
        ({"INTERN_MODEL_WINDOW": "64000"}, "replayed holds 32768 tokens, and 64000 would be asked for"),
        ({"INTERN_MODEL_STRONG": "ollama_chat/nobody"}, "or set INTERN_MODEL_STRONG."),
        ({"INTERN_MODEL_STRONG": "acme/one"}, 'INTERN_MODEL_STRONG is "acme/one", and LiteLLM knows no provider'),
        ({"INTERN_MODEL_STRONG": "gpt"}, 'INTERN_MODEL_STRONG is "gpt". Name a provider and a model'),
        ({"INTERN_MODEL_STRONG": "ollama_chat/replayed"}, "Name a stronger one, or leave it out."),
        ({"INTERN_CANDIDATES": "99"}, 'INTERN_CANDIDATES is "99"'),
        ({"DOCKER_HOST": "tcp://127.0.0.1:1"}, "no Docker engine answers"),
    ],
)
def test_serve_refuses_to_start(ready: dict[str, str], settings: dict[str, str], words: str, tmp_path: Path) -> None:
    line = refused(forked("serve", settings=ready | settings), words)
    assert "AAAA" not in line
    assert "hunter2" not in line
    assert not (tmp_path / "intern.sqlite").exists()


@pytest.mark.docker
def test_serve_refuses_a_database_that_can_not_be_opened(ready: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ready["DATABASE_URL"] = f"sqlite:///{tmp_path}/file/intern.sqlite"
    refused(intern("serve", settings=ready), "DATABASE_URL can't be opened")


@pytest.mark.docker
def test_serve_refuses_a_port_that_is_taken(ready: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = intern("serve", settings={**ready, "PORT": str(port)})
    assert ran.code == 2, ran.err
    assert f"127.0.0.1:{port} can't be listened on" in ran.lines[-1]
    assert "Traceback" not in ran.err


# Serving, and its end.


@pytest.mark.docker
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_serve_within_seconds(ready: dict[str, str], number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"], env=environment(**ready), cwd=ROOT.parent, stderr=subprocess.PIPE
    ) as server:
        try:
            log = until(server, b"Listening on")
            started = time.monotonic()
            server.send_signal(number)
            rest = server.communicate(timeout=20)[1]
        finally:
            server.kill()
    assert server.returncode == 0, log + rest
    assert time.monotonic() - started < 10
    assert b"Traceback" not in log + rest


def until(server: "subprocess.Popen[bytes]", words: bytes, seconds: float = 60) -> bytes:
    """What a process said on standard error up to these words."""
    assert server.stderr is not None
    said, end = b"", time.monotonic() + seconds
    with selectors.DefaultSelector() as waiting:
        waiting.register(server.stderr, selectors.EVENT_READ)
        while words not in said and time.monotonic() < end:
            if waiting.select(timeout=1):
                piece = server.stderr.read1(65_536)  # type: ignore[attr-defined]
                if not piece:
                    break
                said += piece
    assert words in said, said.decode(errors="replace")
    return said


# The doctor.


@pytest.mark.docker
def test_the_doctor_finds_everything(model: ReplayedModel) -> None:
    ran = intern("doctor", "--quick", settings={"INTERN_MODEL": "ollama_chat/replayed", "OLLAMA_BASE_URL": model.url})
    assert ran.code == 0, ran.out + ran.err
    for found in ("✔ Docker engine: Docker ", "✔ sandbox: Docker ", f"✔ model: replayed at {model.url}"):
        assert found in ran.out
    assert "✔ context window: 16384 tokens are sent with every request (the model holds 32768)" in ran.out
    assert "– GitHub App: APP_ID is not set." in ran.out
    assert "– webhook: WEBHOOK_SECRET is not set." in ran.out
    assert "✔ compiled programs: none in intern-programs; `intern optimize` makes them" in ran.out
    assert "can be used; free are " in ran.out
    assert "✔ packages: what a repository's tests need can be installed (iniconfig was, for a trial)" in ran.out
    assert len(ran.out.splitlines()) == 9


def test_the_doctor_finds_what_is_missing(model: ReplayedModel) -> None:
    settings = {"INTERN_MODEL": "ollama_chat/nobody", "OLLAMA_BASE_URL": model.url, "DOCKER_HOST": "tcp://127.0.0.1:1"}
    ran = intern("doctor", settings=settings)
    assert ran.code == 1, ran.out + ran.err
    assert ran.out.count("✘ ") == 3
    assert "✘ Docker engine: no Docker engine answers at tcp://127.0.0.1:1" in ran.out
    assert 'has no "nobody". Run `ollama pull nobody`' in ran.out


def test_the_doctor_measures_the_window_and_the_credentials(ready: dict[str, str]) -> None:
    ready |= {"INTERN_MODEL_WINDOW": "64000", "DOCKER_HOST": "tcp://127.0.0.1:1"}
    ran = intern("doctor", settings={**ready, "PRIVATE_KEY": "no key"})
    assert ran.code == 1
    assert "✘ context window: The model holds 32768 tokens, INTERN_MODEL_WINDOW asks for 64000." in ran.out
    assert "– GitHub App: The App's private key is not a key" in ran.out
    assert "✔ webhook: a secret of 25 bytes" in ran.out
    assert "a-secret-of-a-good-length" not in ran.out + ran.err


def test_the_doctor_measures_what_the_model_can_do() -> None:
    with ReplayedModel([Reply("I know nothing.", times=0)]) as model:
        settings = {"INTERN_MODEL": "ollama_chat/replayed", "OLLAMA_BASE_URL": model.url}
        ran = intern("doctor", settings={**settings, "DOCKER_HOST": "tcp://127.0.0.1:1"})
    assert ran.code == 1, ran.out + ran.err
    assert "✘ what the model can do: won't: " in ran.out
    assert "Traceback" not in ran.out + ran.err


def test_the_doctor_looks_for_the_stronger_model_too(model: ReplayedModel) -> None:
    settings = {
        "INTERN_MODEL": "ollama_chat/replayed",
        "OLLAMA_BASE_URL": model.url,
        "DOCKER_HOST": "tcp://127.0.0.1:1",
    }
    ran = intern("doctor", "--quick", settings={**settings, "INTERN_MODEL_STRONG": "openai/gpt-5"})
    assert f"✔ model: replayed at {model.url}; where it fails, openai/gpt-5 at its provider (not asked" in ran.out
    ran = intern("doctor", "--quick", settings={**settings, "INTERN_MODEL_STRONG": "ollama_chat/nobody"})
    assert "✘ model: Ollama at" in ran.out
    assert "Run `ollama pull nobody`, or set INTERN_MODEL_STRONG." in ran.out


def test_the_doctor_measures_no_hosted_model_by_itself() -> None:
    hosted = {"INTERN_MODEL": "openai/gpt-4o-mini", "INTERN_MODEL_URL": "http://127.0.0.1:9/v1"}
    settings = {**hosted, "INTERN_MODEL_KEY": "k", "DOCKER_HOST": "tcp://127.0.0.1:1"}
    assert "what the model can do" not in intern("doctor", settings=settings).out
    asked = intern("doctor", "--measure", settings=settings)
    assert "✘ what the model can do: won't: The model could not answer a first question" in asked.out
    assert asked.code == 1


def test_the_doctor_without_an_ollama() -> None:
    started = time.monotonic()
    ran = intern("doctor", settings={"OLLAMA_BASE_URL": "http://127.0.0.1:9", "DOCKER_HOST": "tcp://127.0.0.1:1"})
    assert ran.code == 1
    assert "✘ model: No Ollama answers at http://127.0.0.1:9. Start it with `ollama serve`" in ran.out
    assert "what the model can do" not in ran.out
    assert time.monotonic() - started < 20
    assert "Traceback" not in ran.err
