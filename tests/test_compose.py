"""What compose.yml and the Dockerfile say, held against the program that they start: no registry is needed for that."""

import inspect
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import yaml

from bot import settings
from bot.engine.durable import DurableEngine
from bot.words.role import Role
from tests.command_line import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("intern", "web", "worker")
WORKING = ("intern", "worker")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")

SECRET = "a-secret-of-a-good-length"
#: What an operator has written into `.env`.
WRITTEN = {"WEBHOOK_SECRET": SECRET, "POSTGRES_PASSWORD": "0f" * 32}


def environment_of(service: str) -> dict[str, str]:
    """What the image and the file set together."""
    image = dict(re.findall(r"(\w+)=(\S+)", re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE)[0]))
    return {**image, **{name: filled(str(value)) for name, value in SERVICES[service]["environment"].items()}}


def filled(text: str) -> str:
    """As Compose fills in `${NAME:-default}`."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: WRITTEN.get(found[1], found[2]), text)


def seconds(text: str) -> float:
    assert text.endswith("s"), text
    return float(text.removesuffix("s"))


@pytest.mark.parametrize("service", OURS)
def test_each_service_starts_with_what_the_file_gives_it(service: str) -> None:
    _, _, *options = SERVICES[service].get("command", ["intern", "serve"])
    role = Role(options[1]) if options else Role.ALL
    # The single one has .env itself.
    environment = {**environment_of(service), **({"WEBHOOK_SECRET": SECRET} if role is Role.ALL else {})}

    server = settings.server_settings(environment, role)

    assert (server.host, server.port) == ("0.0.0.0", 3000)  # noqa: S104 - the container's own
    assert server.database_url.startswith("sqlite:////data/" if role is Role.ALL else "postgresql://intern:0f")
    assert settings.model_settings(environment).url == "http://host.docker.internal:11434" or role is Role.WEB


@pytest.mark.parametrize("service", OURS)
def test_every_name_in_the_file_is_a_setting(service: str) -> None:
    told = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    for name in SERVICES[service]["environment"]:
        assert f"`{name}`" in told, name


@pytest.mark.parametrize("service", WORKING)
def test_the_time_to_leave_is_longer_than_the_one_that_a_step_may_take(service: str) -> None:
    longest = inspect.signature(DurableEngine.close).parameters["seconds"].default

    # Requests may take some of it before, rooms and connections some of it afterwards.
    assert seconds(SERVICES[service]["stop_grace_period"]) >= 2 * longest


@pytest.mark.parametrize("service", WORKING)
def test_the_engine_can_see_what_workers_keep_in_the_folder_for_temporary_files(service: str) -> None:
    assert "temporary:/tmp" in SERVICES[service]["volumes"]
    assert "tmpfs" not in SERVICES[service]


def test_the_web_holds_nothing_that_it_does_not_need() -> None:
    web = SERVICES["web"]

    assert not {"env_file", "secrets", "volumes", "group_add"} & set(web)
    assert set(web["environment"]) == {"WEBHOOK_SECRET", "DATABASE_URL"}


def test_what_has_to_outlive_a_container_has_a_volume_with_a_name() -> None:
    assert "data:/data" in SERVICES["intern"]["volumes"]
    assert "store:/var/lib/postgresql/data" in SERVICES["database"]["volumes"]
    # One that only the image asks for would be a new one, without a name, for each container of a web or a worker.
    assert "VOLUME" not in DOCKERFILE


@pytest.mark.parametrize("service", OURS)
def test_each_is_confined(service: str) -> None:
    said = SERVICES[service]

    assert said["read_only"]
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in said.get("ports", []))
    assert "USER intern" in DOCKERFILE


class _Answering(BaseHTTPRequestHandler):
    """Says of itself what the server is told to."""

    def do_GET(self) -> None:
        assert self.path == "/healthz"
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def health() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_of_the_image_tells_a_server_that_is_well(
    health: HTTPServer, status: int, healthy: bool
) -> None:
    health.status = status  # type: ignore[attr-defined]

    assert checked(health.server_port) is healthy


def test_and_one_that_is_not_there() -> None:
    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        port = server.server_port

    assert not checked(port)


def checked(port: int) -> bool:
    """What the image's own check says of a port."""
    found = re.findall(r"^HEALTHCHECK .*?CMD (\[.*?\])$", DOCKERFILE.replace("\\\n", ""), re.MULTILINE | re.DOTALL)
    _, *options = json.loads(found[0])
    # Docker's client gives each container the proxy of its own settings, and .env may name one.
    environment = {**os.environ, "PORT": str(port), "http_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    return subprocess.run([sys.executable, *options], env=environment, capture_output=True, check=False).returncode == 0


def test_what_an_image_is_built_from_holds_no_secret() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)

    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == {name for one in copied for name in one.split()}
