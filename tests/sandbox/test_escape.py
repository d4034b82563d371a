"""Code that wants out: by any network, by the kernel, by the file system."""

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.files import File

NETWORK = """
import ctypes, os, socket

def attempt(name, act):
    try:
        act()
        print('OPEN', name)
    except OSError as error:
        print('closed', name, error.errno)

gateway = '172.17.0.1'
attempt('tcp', lambda: socket.create_connection(('1.1.1.1', 53), 2))
attempt('tcp6', lambda: socket.create_connection(('2606:4700:4700::1111', 53), 2))
attempt('gateway', lambda: socket.create_connection((gateway, 22), 2))
attempt('metadata', lambda: socket.create_connection(('169.254.169.254', 80), 2))
attempt('udp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('1.1.1.1', 53)))
attempt('dns', lambda: socket.getaddrinfo('example.org', 80))
attempt('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt('vsock', lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
attempt('bluetooth', lambda: socket.socket(31, socket.SOCK_RAW, 1))
attempt('alg', lambda: socket.socket(38, socket.SOCK_SEQPACKET))
attempt('engine', lambda: socket.socket(socket.AF_UNIX).connect('/var/run/docker.sock'))
"""

KERNEL = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
calls = dict(io_uring_setup=425, ptrace=101, unshare=272, mount=165, bpf=321, perf_event_open=298,
             keyctl=250, userfaultfd=323, setns=308, fsopen=430, open_by_handle_at=304, init_module=175,
             process_vm_readv=310, kexec_load=246, memfd_secret=447, add_key=248, chroot=161, personality=135)
for name, number in calls.items():
    ctypes.set_errno(0)
    arguments = {'unshare': (0x10000000,), 'personality': (0x0040000,)}.get(name, (0, 0, 0, 0, 0))
    if libc.syscall(number, *arguments) >= 0 or ctypes.get_errno() not in (1, 38):
        print('OPEN', name, ctypes.get_errno())
"""

ROOT = """
import os
places = ['/', '/etc', '/opt/intern', '/opt/py', '/usr/bin', '/opt/env']
places += ['/proc/sys/kernel', '/sys/fs/cgroup', '/dev']
for place in places:
    try:
        open(os.path.join(place, 'mine'), 'w')
        print('OPEN', place)
    except OSError:
        pass
for path in ['/proc/sys/kernel/core_pattern', '/opt/intern/sandbox/inside/reporter.py', '/proc/1/mem']:
    try:
        open(path, 'a').write('x')
        print('OPEN', path)
    except OSError:
        pass
ours = {'PATH', 'HOME', 'LANG', 'TZ', 'HOSTNAME', 'LC_CTYPE'}
print([name for name in os.environ if name not in ours and not name.startswith('PYTHON')])
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
print(status['CapEff'].strip('\\t\\n 0'), status['CapBnd'].strip('\\t\\n 0'), status['NoNewPrivs'].strip())
try:
    print(open('/proc/1/environ').read())
except OSError:
    print('unreadable')
"""


def test_there_is_no_way_out_by_any_network(room: AgentRoom) -> None:
    said = room.execute(NETWORK)

    assert said.error == ""
    assert "OPEN" not in said.stdout
    assert said.stdout.count("closed") == 12


def test_dangerous_system_calls_are_refused(room: AgentRoom) -> None:
    if room.run(["uname", "-m"]).stdout.strip() != "x86_64":
        pytest.skip("the numbers are those of x86_64")

    said = room.execute(KERNEL)

    assert (said.error, said.stdout) == ("", "")


def test_nothing_but_the_workspace_is_writable(room: AgentRoom) -> None:
    said = room.execute(ROOT)

    assert said.error == ""
    assert said.stdout.splitlines() == ["[]", "  1", "unreadable"]


def test_ordinary_python_still_works(room: AgentRoom) -> None:
    code = """
import asyncio, multiprocessing, socket, subprocess, threading, tempfile

def work(queue):
    queue.put(1)

def test_all(tmp_path):
    queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=work, args=(queue,))
    child.start()
    assert queue.get() == 1
    child.join()
    thread = threading.Thread(target=print)
    thread.start()
    thread.join()
    assert subprocess.check_output(['echo', 'hi']) == b'hi\\n'
    asyncio.run(asyncio.sleep(0))
    server = socket.socket()
    server.bind(('127.0.0.1', 0))
    server.listen()
    socket.create_connection(server.getsockname()).close()
    assert socket.if_nameindex()
    tempfile.NamedTemporaryFile().write(b'x')
"""
    room.put({"test_all.py": File(code.encode())})

    done = room.run(["python", "-m", "pytest", "-q"])

    assert done.exit_code == 0, done.stdout
