"""Indexes with a password: the gate knows it, a room never does, and nothing prints it."""

import base64
import contextlib
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.docker.driver import DockerSandbox
from sandbox.environment.gate import LOCAL, Gate
from sandbox.environment.needs import Needs
from sandbox.environment.package_index import find_indexes
from sandbox.environment.prepare import prepare
from sandbox.environment.secret import Login, redact
from sandbox.environment.store import Kind
from sandbox.layout import BOOT
from sandbox.room import Limits, SandboxError
from tests.sandbox.environment.package_server import PackageServer, new_name

PASSWORD = "s3cret/of:this-test"
ENCODED = "s3cret%2Fof%3Athis-test"
FORMS = (PASSWORD, ENCODED, base64.b64encode(f"bot:{PASSWORD}".encode()).decode())


@pytest.fixture(params=["json", "html"])
def private(only: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[PackageServer]:
    with PackageServer(user="bot", password=PASSWORD, html=request.param == "html") as server:
        only.setenv("PIP_INDEX_URL", server.url.replace(PASSWORD, ENCODED))
        yield server


@pytest.mark.docker
def test_a_private_index_is_used_and_its_password_enters_no_room(
    sandbox: DockerSandbox, private: PackageServer
) -> None:
    name = new_name("private")
    private.add_wheel(name)

    prepared = prepare(sandbox, Needs(requirements=(name,)), {})

    assert {said for _, said in private.asked} == {Login("bot", PASSWORD).header()}
    with sandbox.open({}, environment=prepared.name) as room:
        assert room.execute(f"import {name}; print({name}.VERSION)").stdout == "1.0\n"
        seen = room.run(["sh", "-c", "cat /opt/env/*/* /opt/env/*.py /proc/*/environ /proc/*/cmdline; env"]).stdout
    assert name in seen
    assert not [form for form in FORMS if form in seen]


@pytest.mark.docker
def test_an_installers_room_sees_neither_the_password_nor_the_address(
    sandbox: DockerSandbox, private: PackageServer
) -> None:
    """The room is asked itself, while its gate is open, as hostile code in it would."""
    name = new_name("looked")
    private.add_wheel(name)
    store = sandbox.environments
    look = (
        "import http.client, threading; from sandbox.inside import installer; import socket\n"
        "server = socket.create_server(('127.0.0.1', installer.PORT))\n"
        "threading.Thread(target=installer.serve, args=(server,), daemon=True).start()\n"
        f"for path in ('/index/0/{name.replace('_', '-')}/', '/file/0/{name}-1.0-py3-none-any.whl', '/',\n"
        "             '/index/1/x/', '/index/0/../../x/', '/index/0/%2e%2e/', '/file/1/x', '/file/0/other',\n"
        "             '/private/simple/'):\n"
        "    link = http.client.HTTPConnection('127.0.0.1', installer.PORT)\n"
        "    link.request('GET', path)\n"
        "    answer = link.getresponse()\n"
        "    print(answer.status, path, answer.getheaders(), answer.read())\n"
    )
    with (
        Gate(find_indexes(os.environ)) as gate,
        store.fill(new_name("look"), Kind.DEPENDENCIES, store.ground("", (), print), Limits(), gate.path) as filling,
    ):
        done = filling.room.run([BOOT[0], "-c", f"import sys; sys.path.insert(0, '/opt/intern')\n{look}"])
        environment = filling.room.run(["sh", "-c", "env; cat /proc/*/environ /proc/*/cmdline /proc/net/unix"]).stdout

    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["200", "200", *["403"] * 7], done
    assert f"{LOCAL}/file/0/" in lines[0]
    everything = done.stdout + done.stderr + environment
    assert not [word for word in (*FORMS, private.place.removeprefix("http://")) if word in everything]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for this machine that nobody else vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an index of a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = tmp_path / "certificate.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.docker
def test_certificates_of_the_configuration_count_and_only_they(
    sandbox: DockerSandbox, only: pytest.MonkeyPatch, certificate: Path
) -> None:
    name = new_name("secure")
    with PackageServer(user="bot", password="over-tls", certificate=certificate) as server:
        server.add_wheel(name)
        only.setenv("PIP_INDEX_URL", server.url)
        with pytest.raises(SandboxError, match="certificate that is not trusted here: set cert"):
            prepare(sandbox, Needs(requirements=(name,)), {})
        assert server.asked == []
        only.setenv("PIP_CERT", str(certificate))
        prepared = prepare(sandbox, Needs(requirements=(name,)), {})

    with sandbox.open({}, environment=prepared.name) as room:
        assert room.execute(f"import {name}").error == ""


@pytest.mark.docker
def test_a_wrong_password_is_told_without_it(sandbox: DockerSandbox, only: pytest.MonkeyPatch) -> None:
    with PackageServer(user="bot", password="right-one") as server:
        only.setenv("PIP_INDEX_URL", server.url.replace("right-one", ENCODED))
        with pytest.raises(SandboxError) as told:
            prepare(sandbox, Needs(requirements=(new_name("locked"),)), {})

    assert "the package index refuses the password, or wants one (status 401)" in str(told.value)
    chain = [str(told.value), repr(told.value.__cause__), repr(told.value.__context__)]
    assert not [form for form in FORMS for text in chain if form in text]


def test_the_password_goes_to_its_own_origin_only(private: PackageServer) -> None:
    name = new_name("moved")
    private.add_wheel(name)
    with PackageServer() as other, Gate(find_indexes(os.environ)) as gate:
        other.add_wheel(name)
        private.redirect = f"{other.place}/files"
        (file,) = gate.files(name)
        assert gate.fetch(file, 10_000).startswith(b"PK")

        assert [said for _, said in other.asked] == [""]
        assert all(said for _, said in private.asked)


def test_a_file_is_what_the_index_says_or_nothing(index: PackageServer) -> None:
    name = new_name("lied")
    index.add_wheel(name)
    index.lies[f"{name}-1.0-py3-none-any.whl"] = "0" * 64
    with Gate(find_indexes(os.environ)) as gate:
        (file,) = gate.files(name)
        with pytest.raises(SandboxError, match="not what the package index's hash says"):
            gate.fetch(file, 10_000)
        with pytest.raises(SandboxError, match="larger than 0 MiB"):
            gate.fetch(file, 10)


def test_an_index_that_is_gone_is_told_without_its_address(only: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    only.setenv("PIP_INDEX_URL", f"http://bot:{ENCODED}@127.0.0.1:{port}/simple")
    with Gate(find_indexes(os.environ)) as gate, pytest.raises(SandboxError) as told:
        gate.files("anything")

    assert str(told.value) == "the package index can't be reached"


def test_a_gate_lets_only_so_much_through(index: PackageServer) -> None:
    name = new_name("large")
    index.add(name, f"{name}-1.0-py3-none-any.whl", bytes(3_000_000))
    with Gate(find_indexes(os.environ), most=1_000_000) as gate:
        (file,) = gate.files(name)
        path = gate._address(file).removeprefix(LOCAL)
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(gate.path))
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            got = 0
            with contextlib.suppress(ConnectionResetError):
                while data := client.recv(65536):
                    got += len(data)
    assert got < 1_200_000
    assert not gate.path.exists()


def test_logins_come_from_the_address_from_variables_or_from_netrc(only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine three.example login kai password third\n")
    netrc.chmod(0o600)
    only.setenv("NETRC", str(netrc))
    only.setenv("PIP_INDEX_URL", "https://four.example/simple/")
    only.setenv("PIP_EXTRA_INDEX_URL", "https://one:f%40irst@one.example/simple https://three.example:8443/x")
    only.setenv("UV_INDEX", "my-own=https://two.example/simple")
    only.setenv("UV_INDEX_MY_OWN_USERNAME", "two")
    only.setenv("UV_INDEX_MY_OWN_PASSWORD", "second")
    found = find_indexes(os.environ)

    assert [(index.url, index.login.user, index.login.password) for index in found.found] == [
        ("https://two.example/simple", "two", "second"),
        ("https://one.example/simple", "one", "f@irst"),
        ("https://three.example:8443/x", "kai", "third"),
        ("https://four.example/simple", "", ""),
    ]
    assert found.has_default
    assert not [word for word in ("second", "third", "f@irst") if word in repr(found)]


def test_configuration_files_of_pip_and_uv_are_read(only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://pip.example/simple\nextra-index-url =\n  https://more.example/a\n"
        "  https://more.example/b\n[install]\ncert = /somewhere.pem\nproxy = http://proxy.example:3128\n"
    )
    (tmp_path / "uv.toml").write_text(
        'index-strategy = "unsafe-best-match"\n[[index]]\nname = "own"\nurl = "https://uv.example/simple"\n'
        '[[index]]\nname = "torch"\nurl = "https://explicit.example/simple"\nexplicit = true\n'
    )
    only.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    only.delenv("UV_NO_CONFIG")
    only.setenv("UV_CONFIG_FILE", str(tmp_path / "uv.toml"))
    for name in ("PIP_CERT", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy"):
        only.delenv(name, raising=False)

    found = find_indexes(os.environ)

    assert [index.url for index in found.found] == [
        "https://uv.example/simple",
        "https://more.example/a",
        "https://more.example/b",
        "https://pip.example/simple",
    ]
    assert (found.strategy, found.bundle) == ("unsafe-best-match", "/somewhere.pem")
    assert found.proxy_for("https://pip.example/simple") == "http://proxy.example:3128"
    assert found.proxy_for("http://127.0.0.1:9/x") == ""
    with pytest.raises(SandboxError, match="certificates of pip's or uv's configuration can't be read"):
        found.tls()


@pytest.mark.parametrize("url", ["http://bot:{}@index.example/simple", "ftp://bot:{}@index.example/", "https://:x:y"])
def test_an_index_that_is_not_safe_is_refused_without_its_password(only: pytest.MonkeyPatch, url: str) -> None:
    only.setenv("PIP_INDEX_URL", url.format(ENCODED))

    with pytest.raises(SandboxError) as told:
        find_indexes(os.environ)

    assert not [form for form in FORMS if form in str(told.value)]
    assert told.value.__cause__ is None


def test_secrets_are_found_in_every_spelling() -> None:
    login = Login("bot", PASSWORD)

    assert repr(login) == "Login()"
    assert redact(f"a {PASSWORD} b {ENCODED} c {FORMS[2]} d", [login]) == "a *** b *** c *** d"
    assert redact("token-of-a-user@host", [Login("token-of-a-user", "")]) == "***@host"
    assert redact("untouched", [Login("", ""), Login("a", "b")]) == "untouched"
