"""What code finds of the machine that it runs on, and what it can change there."""

import os
import platform
import re
import socket
from pathlib import Path

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.room import Outcome
from tests.sandbox.conftest import SMALL

pytestmark = pytest.mark.bubblewrap

AGENT = """
import os
for name in ('environ', 'mem', 'fd', 'maps', 'root', 'cwd', 'exe', 'fdinfo', 'stack', 'syscall', 'map_files'):
    path = f'/proc/1/{name}'
    try:
        os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(1)
        print('OPEN', name)
    except OSError:
        pass
print(sorted(name for name in os.listdir('/proc') if name.isdecimal()).__len__() <= 3)
"""


def test_our_program_in_the_room_is_closed_to_the_code(box: AgentRoom) -> None:
    assert box.execute(AGENT).stdout == "True\n"
    assert box.run(["python", "-c", AGENT]).stdout.replace("False", "True") == "True\n"


def test_a_program_inherits_nothing(box: AgentRoom) -> None:
    script = "import os; print(sorted(os.listdir('/proc/self/fd')), sorted(os.environ))"
    done = box.run(["python", "-c", script])

    names = "['HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONPATH', 'TZ']"
    assert done.stdout.replace(", 'LC_CTYPE'", "") == f"['0', '1', '2', '3'] {names}\n"


WRITABLE = """
import os
found = []
for top in ('/proc/sys', '/sys', '/etc', '/usr', '/opt', '/run', '/dev'):
    for place, folders, names in os.walk(top):
        if place.count('/') > 5 or place.startswith(('/dev/shm', '/usr/share', '/usr/include')):
            folders.clear()
            continue
        for name in names:
            path = os.path.join(place, name)
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                found.append(os.path.realpath(path))
            except OSError:
                pass
for name in os.listdir('/proc'):
    path = '/proc/' + name
    if os.path.isfile(path):
        try:
            os.close(os.open(path, os.O_WRONLY))
            found.append(path)
        except OSError:
            pass
print(sorted(found))
"""
DEVICES = {f"/dev/{name}" for name in ("full", "null", "pts/ptmx", "random", "urandom", "zero")}


def test_no_setting_of_the_kernel_and_no_file_of_the_system_can_be_written(box: AgentRoom) -> None:
    done = box.execute(WRITABLE)

    assert done.error == ""
    written = set(re.findall(r"'([^']+)'", done.stdout))
    assert {path for path in written if not re.match(r"/proc/\d+/fd/", path)} == DEVICES


MOUNTS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, result):
    if result == 0:
        print('OPEN', name)
attempt('remount', libc.mount(None, b'/usr', None, 0x20 | 0x1000, None))
attempt('more files', libc.mount(b'tmpfs', b'/workspace', b'tmpfs', 0x20, b'size=1g,nr_inodes=1000000'))
attempt('unmount', libc.umount2(b'/proc/keys', 2))
attempt('pivot', libc.syscall(155, b'/tmp', b'/tmp'))
attempt('mknod', libc.mknod(b'/tmp/disk', 0o60600, 0xfe00))
attempt('user', libc.setuid(0))
attempt('hostname', libc.sethostname(b'x', 1))
"""


def test_the_layout_can_not_be_changed(box: AgentRoom) -> None:
    done = box.execute(MOUNTS)

    assert (done.error, done.stdout) == ("", "")


OLD_ENTRY = """
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex('b814000000' 'cd80' 'c3'))  # mov eax, 20; int 0x80; ret: getpid by the 32-bit entry
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only there")
def test_the_entry_for_old_programs_kills_the_caller(box: AgentRoom) -> None:
    assert box.run(["python", "-c", OLD_ENTRY]).exit_code in (-31, 128 + 31)  # SIGSYS


def test_nothing_of_this_machine_is_seen(box: AgentRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = "canary-6b1f"
    monkeypatch.setenv("INTERN_CANARY", canary)
    tmp_path.chmod(0o755)
    (tmp_path / "file").write_text(canary)
    search = f"""
import glob, os, socket
for path in glob.glob('/proc/*/environ') + glob.glob('/proc/*/cmdline'):
    try:
        if b'canary' in open(path, 'rb').read():
            print('OPEN', path)
    except OSError:
        pass
hidden = {str(tmp_path)!r}, '/root', '/home', '/var', '/etc/hostname', '/etc/shadow', '/etc/resolv.conf'
seen = [path for path in hidden if os.path.exists(path)]
print(seen, socket.gethostname(), sorted(os.listdir('/etc')), os.listdir('/usr/local'))
"""
    said = box.execute(search).stdout

    etc = "['alternatives', 'group', 'hosts', 'ld.so.cache', 'nsswitch.conf', 'passwd']"
    assert said == f"[] room {etc} []\n"
    assert socket.gethostname() != "room"


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED, only root can give rooms users of their own")
def test_every_room_has_a_user_that_nobody_else_has(kept: BubblewrapSandbox) -> None:
    with kept.open({}, limits=SMALL) as one, kept.open({}, limits=SMALL) as other:
        users = [Path(f"/proc/{room.id.split()[1]}").stat().st_uid for room in (one, other)]
        status = [Path(f"/proc/{room.id.split()[1]}/status").read_text() for room in (one, other)]

    numbers = [text.split("Uid:\t")[1].split("\n")[0].split("\t") for text in status]
    assert len(set(numbers[0] + numbers[1])) == 2
    assert all(int(number) >= 1_900_000_000 for number in numbers[0] + numbers[1])
    assert all("Groups:\t \n" in text for text in status)
    assert 0 not in [int(number) for number in numbers[0]]
    assert len(users) == 2


def test_the_code_can_not_end_our_program(box: AgentRoom) -> None:
    """The first process of a room gets only signals that it asked for, which is Python's SIGINT."""
    kill = "import os\nfor number in {*range(1, 65)} - {2}:\n    try: os.kill(1, number)\n    except OSError: pass\n"

    assert box.run(["python", "-c", kill + "os.kill(-1, 9)"]).outcome is Outcome.FINISHED
    assert box.execute("print('on')").stdout == "on\n"
