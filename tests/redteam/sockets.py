"""Sockets: what the kernel's network code offers to whoever may call it, below and beside TCP and UDP."""

from tests.redteam.arena import shared
from tests.redteam.attack import WORKED, Attack, each
from tests.redteam.network import CONNECT
from tests.redteam.steps import ABSENT, DENIED

RAW = """
for name, family, kind, protocol in [
    ("icmp", 2, socket.SOCK_RAW, 1), ("icmp6", 10, socket.SOCK_RAW, 58), ("tcp", 2, socket.SOCK_RAW, 6),
    ("udp", 2, socket.SOCK_RAW, 17), ("any", 2, socket.SOCK_RAW, 255), ("ping", 2, socket.SOCK_DGRAM, 1),
    ("packet", 17, socket.SOCK_RAW, 0x0300), ("packet without header", 17, socket.SOCK_DGRAM, 0x0300),
]:
    step(name, socket.socket, family, kind, protocol)
step("control: TCP", socket.socket, 2, socket.SOCK_STREAM, 6)
"""

VSOCK = """
for cid in (0, 1, 2, 3):
    step(f"stream to {cid}", lambda: connect(40, socket.SOCK_STREAM, (cid, 1024)))
step("datagram", socket.socket, 40, socket.SOCK_DGRAM)
step("packets", socket.socket, 40, socket.SOCK_SEQPACKET)
step("control: own TCP", own, socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1")
"""

FAMILIES = """
opened = []
for family in range(64):
    for kind in (1, 2, 3, 4, 5, 6, 10):
        try:
            socket.socket(family, kind).close()
            opened.append(family)
        except OSError:
            pass
say("families", sorted(set(opened)))
wild = {}
for family in (1, 2, 10, 16):
    for protocol in range(0, 264):
        for kind in (1, 2, 3, 5):
            try:
                socket.socket(family, kind, protocol).close()
                wild.setdefault(family, set()).add(protocol)
            except OSError:
                pass
say("protocols", sorted((family, sorted(found)) for family, found in wild.items()))
"""

ROUTES = """
def ask(kind, flags, body):
    with socket.socket(16, socket.SOCK_RAW, 0) as way:
        way.settimeout(2)
        way.bind((0, 0))
        way.send(struct.pack("=IHHII", 16 + len(body), kind, flags | 1, 7, 0) + body)
        told = way.recv(65536)
        kind = struct.unpack_from("=H", told, 4)[0]
        if kind == 2 and (code := struct.unpack_from("=i", told, 16)[0]):
            raise OSError(-code, os.strerror(-code))
        return kind

def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)

link = struct.pack("=BxHiII", 0, 0, 0, 0, 0)
up = struct.pack("=BxHiII", 0, 0, 1, 1, 1)
new = 0x4 | 0x400 | 0x200
for name in (b"dummy", b"veth", b"bridge", b"macvlan", b"ipvlan", b"vxlan", b"gre", b"tun", b"wireguard"):
    kind = attribute(18, attribute(1, name + bytes(1)))
    step(f"new {name.decode()}", ask, 16, new, link + attribute(3, b"way0" + bytes(1)) + kind)
step("new address", ask, 20, new, struct.pack("=BBBBi", 2, 24, 0, 0, 1) + attribute(2, bytes([10, 0, 0, 2])))
route = struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 254, 3, 0, 1, 0)
step("new route", ask, 24, new, route + attribute(4, struct.pack("=i", 1)))
step("move lo", ask, 16, 4, up + attribute(19, struct.pack("=I", 1)))
step("down with lo", ask, 16, 4, struct.pack("=BxHiII", 0, 0, 1, 0, 1))
step("control: list", ask, 18, 0x300, link)
say("interfaces", sorted(name for _, name in socket.if_nameindex()))
"""

CONTROLS = """
import fcntl
way = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
lo = b"lo".ljust(16, bytes(1))
step("control: read flags", lambda: fcntl.ioctl(way, 0x8913, lo + bytes(24)) and "flags")
step("lo down", fcntl.ioctl, way, 0x8914, lo + bytes(24))
step("address", fcntl.ioctl, way, 0x8916, lo + struct.pack("=HH4s8x", 2, 0, bytes([10, 0, 0, 1])))
step("rename", fcntl.ioctl, way, 0x8923, lo + b"eth0".ljust(16, bytes(1)) + bytes(8))
step("bridge", fcntl.ioctl, way, 0x89A0, b"br0".ljust(16, bytes(1)))
step("tun", os.open, "/dev/net/tun", os.O_RDWR)
step("ppp", os.open, "/dev/ppp", os.O_RDWR)
step("device", way.setsockopt, 1, 25, b"eth0" + bytes(1))
step("mark", way.setsockopt, 1, 36, 1)
step("force", way.setsockopt, 1, 33, 1 << 24)
step("transparent", way.setsockopt, 0, 19, 1)
"""

ENTRIES = """
def native(): return machine_code("b827000000" "0f05" "c3") == os.getpid()
def x32(): raise_if_bad(machine_code("b829000040" "bf02000000" "be01000000" "ba00000000" "0f05" "c3"))
def old(): raise_if_bad(machine_code("b866000000" "bb01000000" "b900000000" "cd80" "c3"))
def raise_if_bad(told):
    if told < 0:
        raise OSError(-told, os.strerror(-told))
if X86:
    step("control: native", native)
    step("x32 socket", in_child, x32)
    step("int 80 socketcall", in_child, old)
else:  # another processor has one entry only
    say("control: native", "worked")
    say("x32 socket", "not here")
    say("int 80 socketcall", "not here")
"""

ATTACKS = (
    Attack(
        "raw sockets",
        "Opens sockets below TCP and UDP.",
        RAW,
        each("icmp; icmp6; tcp; udp; any; ping; packet; packet without header", DENIED) | each("control: TCP", WORKED),
        shared,
        outside=each("icmp; tcp; udp", WORKED),
    ),
    Attack(
        "the hypervisor's sockets",
        "Opens AF_VSOCK, which no network namespace holds.",
        CONNECT + VSOCK,
        each("stream to 0; stream to 1; stream to 2; stream to 3; datagram; packets", DENIED)
        | each("control: own TCP", WORKED),
        shared,
    ),
    Attack(
        "every family and protocol",
        "Opens every kind of socket that has a number; each may load kernel code.",
        FAMILIES,
        each("families", r"\[1, 2, 10, 16\]")
        | each("protocols", r"\[\(1, \[0, 1\]\), \(2, \[0, 6, 17\]\), \(10, \[0, 6, 17\]\), \(16, \[0\]\)\]"),
        shared,
    ),
    Attack(
        "make a network",
        "Makes interfaces, addresses and routes over netlink.",
        ROUTES,
        each("new dummy; new veth; new bridge; new macvlan; new ipvlan; new vxlan; new gre; new tun", "refused EPERM")
        | each("new wireguard; new address; new route; move lo; down with lo", "refused EPERM")
        | each("control: list", WORKED)
        | each("interfaces", r"\['lo'\]"),
        shared,
    ),
    Attack(
        "change the network",
        "Changes interfaces by the old calls, opens tunnels, asks for options of root's.",
        CONTROLS,
        each("lo down; address; rename; bridge; tun; ppp; device; mark; force; transparent", ABSENT)
        | each("control: read flags", WORKED),
        shared,
    ),
    Attack(
        "other entries of the kernel",
        "Makes sockets by the system calls of x32 and of 32-bit programs.",
        ENTRIES,
        each("x32 socket; int 80 socketcall", "worked 'killed by (SIGSYS|SIGSEGV)'|refused (EPERM|ENOSYS)|not here")
        | each("control: native", WORKED),
        shared,
    ),
)
