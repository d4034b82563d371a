"""What repository code does to an environment, and what a package brings beside its modules, reaches nobody else."""

import sys
from pathlib import Path

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.environment.needs import Needs
from sandbox.environment.prepare import prepare
from sandbox.suite.run import run_pytest
from tests.sandbox.environment.package_server import PackageServer, new_name

LOOK = (
    "import hashlib, os\n"
    "for place, folders, names in os.walk('/opt'):\n"
    "    folders.sort()\n"
    "    for name in sorted(names):\n"
    "        path = os.path.join(place, name)\n"
    "        print(path, os.lstat(path).st_mode, hashlib.sha256(open(path, 'rb').read()).hexdigest())\n"
)
#: Every way to write that occurred to us; what worked is printed.
ATTACK = """
import ctypes, glob, os, shutil, socket, subprocess, sys
name = {name!r}
places = ['/opt/env', '/opt/py/lib/python3/site-packages', '/opt/intern/sandbox', '/opt/project', '/run/gate']
roads = ['', '/proc/self/root', '/proc/1/root', '/proc/self/cwd/..', f'/proc/{{os.getppid()}}/root']
def attempt(what, do):
    try:
        do()
        print('worked:', what)
    except BaseException:
        pass
def append(path):
    with open(path, 'a') as file: file.write('evil')
for road in roads:
    for place in places:
        attempt(road + place, lambda: append(f'{{road}}{{place}}/evil.pth'))
    attempt(road + name, lambda: append(f'{{road}}/opt/env/{{name}}.py'))
    attempt('unlink', lambda: os.unlink(f'{{road}}/opt/env/{{name}}.py'))
    attempt('rename', lambda: os.rename(f'{{road}}/opt/env/{{name}}.py', f'{{road}}/opt/env/x.py'))
    attempt('chmod', lambda: os.chmod(f'{{road}}/opt/env/{{name}}.py', 0o777))
    attempt('cache', lambda: os.mkdir(f'{{road}}/opt/env/__pycache__'))
    attempt('link', lambda: os.symlink('/tmp/x', f'{{road}}/opt/env/link'))
    attempt('truncate', lambda: os.truncate(f'{{road}}/opt/env/{{name}}.py', 0))
libc = ctypes.CDLL(None, use_errno=True)
def mount(source, target, kind, flags):
    if libc.mount(source, target, kind, flags, None): raise OSError
attempt('remount', lambda: mount(b'none', b'/opt/env', None, 32))
attempt('bind', lambda: mount(b'/tmp', b'/opt/env', None, 4096))
attempt('tmpfs', lambda: mount(b'none', b'/opt/env', b'tmpfs', 0))
def umount():
    if libc.umount2(b'/opt/env', 2): raise OSError
attempt('umount', umount)
def run(*words):
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
attempt('pip', lambda: run('-m', 'pip', 'install', '--target', '/opt/env', '--no-index', '.'))
attempt('installer', lambda: run('-I', '/opt/intern/sandbox/inside/boot.py', 'installer', 'lay'))
for device in glob.glob('/dev/sd*') + glob.glob('/dev/vd*') + glob.glob('/dev/dm-*'):
    attempt(device, lambda: append(device))
print('done')
"""


@pytest.mark.docker
def test_a_room_that_attacks_its_environment_changes_nothing_for_the_next(
    sandbox: DockerSandbox, index: PackageServer
) -> None:
    name = new_name("target")
    index.add_wheel(name)
    environment = prepare(sandbox, Needs(requirements=(name,)), {}).name
    with sandbox.open({}, environment=environment) as room:
        before = room.run(["python", "-c", LOOK]).stdout
    assert f"/opt/env/{name}.py" in before

    with sandbox.open({}, environment=environment) as one, sandbox.open({}, environment=environment) as other:
        assert one.execute(ATTACK.format(name=name)).stdout == "done\n"
        assert one.run(["python", "-c", ATTACK.format(name=name)]).stdout == "done\n"
        assert other.run(["python", "-c", LOOK]).stdout == before

    with sandbox.open({}, environment=environment) as room:
        assert room.run(["python", "-c", LOOK]).stdout == before


@pytest.mark.docker
def test_files_of_a_package_that_python_runs_by_itself_run_in_no_program_of_ours(
    sandbox: DockerSandbox, index: PackageServer, tmp_path: Path
) -> None:
    """They stand in the environment as data; a room's own Python starts without them, and the host has none."""
    name, canary = new_name("pushy"), tmp_path / "canary"
    evil = f"import os\nopen({str(canary)!r}, 'w')\nopen('/tmp/ran', 'a').write('{{}}\\n')\n"
    bring = ("sitecustomize.py", "usercustomize.py", "conftest.py", "pip.py", "uv.py", "sandbox/__init__.py", "json.py")
    pth = f"import os; open({str(canary)!r}, 'w'); open('/tmp/ran', 'a').write('pth')\n"
    files = {**{path: evil.format(path) for path in bring}, f"{name}.pth": pth}
    index.add_wheel(name, files=files)

    environment = prepare(sandbox, Needs(requirements=(name,)), {}).name
    with sandbox.open({}, environment=environment) as room:
        room.put({})
        assert room.execute(f"import json, {name}; print(json.__file__)").stdout.startswith("/usr/")
        assert room.read("nothing") is None
        assert run_pytest(room, seconds=30).finished
        assert room.run(["sh", "-c", "cat /tmp/ran"]).stdout == ""

    assert not canary.exists()
    assert not [module for module in sys.modules if module == name or module == "usercustomize"]
