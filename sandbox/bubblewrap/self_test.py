"""The self-test: whether this machine really gives a room what the driver promises, seen from inside of one."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.layout import PYTHON
from sandbox.room import MIB, Limits, Outcome, Room, SandboxError

ADVICE = "Use the Docker driver"
LIMITS = Limits(seconds=20, lifetime=60, memory=128 * MIB, processes=32, workspace=4 * MIB, inodes=100)

#: Prints what can be seen and done in a room. It is no attack: what must fail is tried in its plainest form.
PROBE = """
import ctypes, json, os, socket, sys
status = dict(line.split(':\\t', 1) for line in open('/proc/self/status').read().splitlines())
libc = ctypes.CDLL(None, use_errno=True)

def can(act):
    try:
        act()
    except OSError:
        return False
    return True

print(json.dumps({
    'user': os.getuid(),
    'rights': int(status['CapEff'], 16) | int(status['CapBnd'], 16),
    'no_new_rights': status['NoNewPrivs'],
    'filter': status['Seccomp'],
    'namespaces': libc.unshare(0x10000000) == 0,
    'kernel_settings': can(lambda: os.close(os.open('/proc/sys/kernel/core_pattern', os.O_WRONLY))),
    'interfaces': [name for _, name in socket.if_nameindex()],
    'network': can(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))),
    'seen': [path for path in json.loads(sys.argv[1]) if os.path.lexists(path)],
    'written': [path for path in ('/', '/etc', '/usr', '/opt/py', '/opt/intern', '/dev', '/opt/env')
                if can(lambda: os.close(os.open(path + '/.probe', os.O_CREAT | os.O_WRONLY)))],
    'files': os.statvfs('/workspace').f_files,
    'processes': sum(name.isdecimal() for name in os.listdir('/proc')),
}))
"""


def self_test(sandbox: BubblewrapSandbox) -> list[str]:
    """Open two small rooms and look.

    Returns:
        What was found, a short phrase each, for an operator.

    Raises:
        SandboxError: a promise is not kept on this machine; the message says which one and what to do.
    """
    with tempfile.NamedTemporaryFile(prefix="code-intern-canary-") as canary:
        hidden = [canary.name, str(Path.home()), "/root", "/home", "/var", "/etc/shadow", "/etc/resolv.conf", "/boot"]
        with sandbox.open({}, limits=LIMITS) as room:
            seen = _look(room, hidden)
    broken = [what for what, holds in promises(seen).items() if not holds]
    if broken:
        raise SandboxError(f"bubblewrap keeps no room here: {'; '.join(broken)}. {ADVICE}")
    _fill_memory(sandbox)
    return [
        f"bubblewrap {sandbox.programs.version}, Python {sandbox.root.python.version}",
        "each room has a user of its own" if os.geteuid() == 0 else "all rooms have this process's user",
        "the kernel limits memory" if sandbox.has_kernel_limits else "a watchdog limits memory",
    ]


def _look(room: Room, hidden: list[str]) -> dict[str, Any]:
    done = room.run([PYTHON, "-I", "-c", f"import pytest\n{PROBE}", json.dumps(hidden)])
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        said = done.stderr.strip().splitlines()[-1:] or [done.outcome.value]
        raise SandboxError(f"bubblewrap keeps no room here: its Python does not run: {said[0][:300]}") from None


def promises(seen: dict[str, Any]) -> dict[str, bool]:
    """For each way in which a promise can be broken, whether it is kept, by what the probe saw."""
    return {
        "code is root there": seen["user"] != 0,
        "code has rights there": seen["rights"] == 0 and seen["no_new_rights"].strip() == "1",
        "system calls are not filtered": seen["filter"].strip() == "2",
        "code can make namespaces": not seen["namespaces"],
        "code can change kernel settings": not seen["kernel_settings"],
        "there is a network": seen["interfaces"] == ["lo"] and not seen["network"],
        f"this machine's files are seen: {seen['seen'][:3]}": not seen["seen"],
        f"more than the workspace can be written: {seen['written'][:3]}": not seen["written"],
        "the number of files has no limit": 0 < seen["files"] <= LIMITS.inodes,
        "other processes are seen": seen["processes"] <= 3,
    }


def _fill_memory(sandbox: BubblewrapSandbox) -> None:
    """Whether memory really ends."""
    with sandbox.open({}, limits=LIMITS) as room:
        done = room.run([PYTHON, "-I", "-c", f"x = bytearray({4 * LIMITS.memory})"])
    if done.outcome is not Outcome.OUT_OF_MEMORY:
        raise SandboxError(f"bubblewrap keeps no room here: memory has no limit ({done.outcome}). {ADVICE}")
