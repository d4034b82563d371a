"""What differs between the files that went in and those that came out, whatever the code did to hide it."""

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.changes import Changes, compare
from sandbox.files import File

BEFORE = {
    "keep.txt": File(b"same"),
    "edit.txt": File(b"old"),
    "drop.txt": File(b"gone"),
    "run.sh": File(b"#!/bin/sh\n"),
    "pkg/a.py": File(b"A = 1\n"),
    "pkg/sub/b.py": File(b"B = 2\n"),
    "empty.txt": File(b""),
}

CODE = """
import mmap, os
times = os.stat('edit.txt')
with open('edit.txt', 'r+b') as file, mmap.mmap(file.fileno(), 0) as memory:
    memory[:] = b'new'
os.utime('edit.txt', ns=(times.st_atime_ns, times.st_mtime_ns))
os.remove('drop.txt'); os.chmod('run.sh', 0o755)
os.rename('pkg', 'renamed'); os.remove('empty.txt'); open('fresh.txt', 'w').close()
with open('.keep', 'w') as file: file.write('same')
os.rename('.keep', 'keep.txt')
"""


@pytest.mark.docker
def test_everything_that_code_did_is_found(room: AgentRoom) -> None:
    room.put(BEFORE)
    assert not compare(BEFORE, room.collect())

    assert room.execute(CODE).error == ""

    assert compare(BEFORE, room.collect()) == Changes(
        added=("fresh.txt",),
        changed=("edit.txt",),
        removed=("drop.txt", "empty.txt"),
        modes=("run.sh",),
        renamed=(("pkg/a.py", "renamed/a.py"), ("pkg/sub/b.py", "renamed/sub/b.py")),
    )


def test_two_files_with_one_content_are_two_renames() -> None:
    found = compare({"a": File(b"x"), "b": File(b"x")}, {"c": File(b"x"), "d": File(b"x"), "e": File(b"x")})

    assert found == Changes(added=("e",), renamed=(("a", "c"), ("b", "d")))
