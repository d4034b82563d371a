"""Packages for a repository's tests: wheels only, from the configured index only, once."""

import contextlib
import socket

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.environment.gate import Gate
from sandbox.environment.prepare import prepare
from sandbox.environment.requirement import plain_requirements
from sandbox.room import SandboxError


@pytest.mark.docker
def test_packages_are_installed_once_and_mounted_read_only(sandbox: DockerSandbox) -> None:
    environment = prepare(sandbox, {"requirements.txt": b"# tests\nsix==1.16.0  # old\n"}, ["iniconfig>=2"])

    assert prepare(sandbox, {"other.txt": b"iniconfig>=2\nsix==1.16.0\n"}, []) == environment
    with sandbox.open({}, environment=environment) as room:
        assert room.execute("import six; print(six.__version__, six.__file__)").stdout == "1.16.0 /opt/env/six.py\n"
        assert room.run(["python", "-c", "import six; print(six.__version__)"]).stdout == "1.16.0\n"
        assert "Read-only file system" in room.execute("open('/opt/env/six.py', 'a')").error
        assert room.execute("import socket; socket.create_connection(('127.0.0.1', 3128), 1)").error


@pytest.mark.docker
def test_a_package_that_does_not_exist_is_told_in_pips_words(sandbox: DockerSandbox) -> None:
    with pytest.raises(SandboxError, match="No matching distribution found for code-intern-no-such-package"):
        prepare(sandbox, {}, ["code-intern-no-such-package"])


@pytest.mark.parametrize(
    "line",
    [
        "-e .",
        "-r other.txt",
        "--index-url https://evil.example/simple",
        "--extra-index-url=https://evil.example",
        "--trusted-host evil.example",
        "git+https://evil.example/x.git",
        "name @ https://evil.example/x.whl",
        "https://evil.example/x.whl",
        "./local.whl",
        "../x",
        "name; os_name == 'x' --global-option=y",
        "name --config-settings=x",
        "name==1 --hash=md5:00",
        "$HOME",
        "-",
    ],
)
def test_lines_that_are_more_than_names_and_versions_are_refused_by_name(line: str) -> None:
    with pytest.raises(SandboxError) as told:
        plain_requirements({"dev.txt": f"six\n{line}\n".encode()}, [])

    assert f"dev.txt: {line!r}" in str(told.value)


def test_plain_lines_are_taken() -> None:
    text = f"""
        \ufeff# comment
        Requests[socks, http2] >=2.0, !=2.5.*
        numpy~=2.0; python_version >= "3.9" and (os_name == 'posix')
        a.b-c_d===1.0+local.1   # why
        pinned==1.0 \\
            --hash=sha256:{"0" * 64} \\
            --hash=sha256:{"f" * 64}
    """
    assert plain_requirements({"r.txt": text.replace("\ufeff", "").encode("utf-8-sig")}, ["x", "x"]) == (
        "Requests[socks, http2] >=2.0, !=2.5.*",
        "a.b-c_d===1.0+local.1",
        "numpy~=2.0; python_version >= \"3.9\" and (os_name == 'posix')",
        f"pinned==1.0 --hash=sha256:{'0' * 64} --hash=sha256:{'f' * 64}",
        "x",
    )


def ask(gate: Gate, head: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(gate.path))
        client.sendall(head.encode())
        return client.recv(1000)


def test_the_gate_opens_to_what_is_allowed_and_nothing_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with Gate(frozenset({("127.0.0.1", port)})) as gate:
            assert ask(gate, f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")
            for target in (
                f"127.0.0.1:{port + 1}",
                "evil.example:443",
                f"127.0.0.1.:{port}",
                "x",
                f"[::1]:{port}",
            ):
                assert ask(gate, f"CONNECT {target} HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403")
            assert ask(gate, f"GET http://127.0.0.1:{port}/ HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403")
            assert ask(gate, "\r\n\r\n") == b""
            assert "evil.example:443" in gate.refused
        assert not gate.path.exists()


def test_the_gate_hands_bytes_on_until_there_were_too_many() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with (
            Gate(frozenset({("127.0.0.1", port)}), most=100_000) as gate,
            socket.socket(socket.AF_UNIX) as client,
        ):
            client.settimeout(5)
            client.connect(str(gate.path))
            client.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
            assert client.recv(100).startswith(b"HTTP/1.1 200")
            far, _ = server.accept()
            with far:
                client.sendall(b"hello")
                assert far.recv(100) == b"hello"
                far.settimeout(5)
                sent = 0
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    while sent < 10_000_000:
                        sent += client.send(b"x" * 50_000)
                assert sent < 10_000_000
