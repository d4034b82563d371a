"""An engine behind TLS, which asks for our certificate as well."""

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sandbox.choice import open_sandbox
from sandbox.docker.engine import connect
from sandbox.room import SandboxError
from tests.sandbox.docker.engine_proxy import ENGINE

CONFIGURATION = (
    "[req]\ndistinguished_name=dn\n[dn]\n[san]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:TRUE\n"
)


def certificates(folder: Path) -> Path:
    """ca.pem, cert.pem and key.pem: one key, which is its own authority, for both sides."""
    (folder / "openssl.cnf").write_text(CONFIGURATION)
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=engine"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    made = [*make, *files, "-config", str(folder / "openssl.cnf"), "-extensions", "san"]
    subprocess.run(made, check=True, capture_output=True)
    (folder / "ca.pem").write_bytes((folder / "cert.pem").read_bytes())
    return folder


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[str]:
    """Address of the real engine, behind TLS; its certificates are in `tmp_path`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(certificates(tmp_path) / "ca.pem"))
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(_lead, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def _lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    back, forth = await asyncio.open_unix_connection(ENGINE)
    await asyncio.gather(_copy(reader, forth), _copy(back, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()


@pytest.mark.docker
def test_a_room_runs_behind_certificates(secured: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SandboxError, match="no Docker engine answers"):
        connect(secured)
    for other in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # `requests` prefers them to what it is told
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    with open_sandbox("docker", host=secured) as sandbox, sandbox.open({}) as room:
        assert room.execute("print(6 * 7)").stdout.strip() == "42"


def test_without_the_certificates_it_is_said_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(SandboxError, match=r"DOCKER_CERT_PATH names no folder with ca\.pem, cert\.pem and key\.pem"):
        connect("tcp://127.0.0.1:1")
