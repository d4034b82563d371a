import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.docker.driver import DockerSandbox
from sandbox.files import File
from sandbox.room import Outcome, RoomDied, Sandbox, SandboxError


def test_files_go_in_change_and_come_out_again(room: AgentRoom) -> None:
    room.put({"src/pkg/__init__.py": File(b""), "bin/tool": File(b"#!/bin/sh\necho tool\n", executable=True)})
    room.put({"umlaut \u00e4/\u00fc b.txt": File(b"\x00\xff"), "src/pkg/__init__.py": File(b"VALUE = 1\n")})

    assert room.run(["bin/tool"]).stdout == "tool\n"
    room.execute("from pathlib import Path; Path('made.txt').write_text('by code')")
    room.remove(["bin/tool", "never/was.there"])

    assert room.collect() == {
        "src/pkg/__init__.py": File(b"VALUE = 1\n"),
        "umlaut \u00e4/\u00fc b.txt": File(b"\x00\xff"),
        "made.txt": File(b"by code"),
    }


def test_importing_leaves_no_trace_in_the_workspace(room: AgentRoom) -> None:
    room.put({"src/pkg/__init__.py": File(b"VALUE = 7\n"), "top.py": File(b"import pkg\n")})

    assert room.execute("import pkg, top; print(pkg.VALUE, top.pkg.VALUE)").stdout == "7 7\n"
    assert room.run(["python", "-c", "import pkg, top; print(pkg.VALUE)"]).stdout == "7\n"
    assert set(room.collect()) == {"src/pkg/__init__.py", "top.py"}


def test_reading_one_file(room: AgentRoom) -> None:
    room.put({"a/b.txt": File(b"0123456789")})
    room.execute("import os; os.symlink('/etc/passwd', 'leak'); os.symlink('a/b.txt', 'fine'); os.mkfifo('pipe')")

    assert room.read("a/b.txt") == b"0123456789"
    assert room.read("a/b.txt", limit=4) == b"0123"
    assert room.read("fine") == b"0123456789"
    assert room.read("leak") is None
    assert room.read("pipe") is None
    assert room.read("a") is None
    assert room.read("missing") is None


@pytest.mark.parametrize("path", ["../out", "/etc/x", "a/../../b", "a//b", "", "a\x00b", "./a", "a\nb"])
def test_hostile_paths_never_reach_the_room(room: AgentRoom, path: str) -> None:
    with pytest.raises(SandboxError, match="refused path"):
        room.put({path: File(b"")})


def test_state_is_kept_between_executions(room: AgentRoom) -> None:
    first = room.execute(
        "x = 20\ndef double(n):\n    return 2 * n\nprint('hello'); import sys; print('bad', file=sys.stderr)"
    )
    second = room.execute("SUBMIT({'answer': double(x) + 2})")

    assert (first.outcome, first.stdout, first.stderr, first.error) == (
        Outcome.FINISHED,
        "hello\n",
        "bad\n",
        "",
    )
    assert not first.submitted
    assert second.submitted
    assert second.result == {"answer": 42}


def test_output_of_children_is_captured_too(room: AgentRoom) -> None:
    done = room.execute("import os, subprocess; os.system('echo one'); subprocess.run(['sh', '-c', 'echo two >&2'])")

    assert done.stdout == "one\n"
    assert done.stderr == "two\n"


def test_an_error_tells_type_message_and_the_codes_own_lines(room: AgentRoom) -> None:
    room.put({"lib.py": File(b"def half(n):\n    return n / 0\n")})

    error = room.execute("import lib\ndef f():\n    return lib.half(3)\nf()").error

    assert error.splitlines()[0] == "ZeroDivisionError: division by zero"
    assert "line 4, in <module>" in error
    assert "lib.py line 2, in half" in error
    assert "worker.py" not in error
    assert room.execute("def f(:").error.startswith("SyntaxError: invalid syntax (line 1)")
    assert room.execute("raise SystemExit(3)").error == "SystemExit: 3"
    assert room.execute("print('still here')").stdout == "still here\n"


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("SUBMIT(answer=1, why='x')", {"answer": 1, "why": "x"}),
        ("SUBMIT(None)", None),
        ("try:\n    SUBMIT([1])\nexcept Exception:\n    pass\nraise ValueError", [1]),
    ],
)
def test_submit_ends_the_code(room: AgentRoom, code: str, result: object) -> None:
    done = room.execute(code)

    assert (done.submitted, done.result, done.error) == (True, result, "")


def test_submit_takes_only_data(room: AgentRoom) -> None:
    assert "TypeError: SUBMIT takes only data" in room.execute("SUBMIT({1, 2})").error
    assert "TypeError: SUBMIT takes at most" in room.execute("SUBMIT('x' * 2_000_000)").error
    assert room.execute("SUBMIT(1, 2)", fields=["a", "b"]).result == {"a": 1, "b": 2}


def test_code_may_call_the_hosts_tools_and_no_others(room: AgentRoom) -> None:
    def add(a: int, b: int) -> int:
        return a + b

    done = room.execute(
        "print(add(2, b=3))\ntry:\n    add('x', 1)\nexcept RuntimeError as e:\n    print(e)",
        tools={"add": add},
    )

    assert done.stdout.splitlines()[0] == "5"
    assert "TypeError" in done.stdout
    assert "NameError" in room.execute("shell('ls')").error


def test_a_program_that_can_not_be_started_is_told(room: AgentRoom) -> None:
    with pytest.raises(SandboxError, match=r"can't be started.*FileNotFoundError"):
        room.run(["no-such-program"])


def test_a_programs_exit_code_and_environment(room: AgentRoom) -> None:
    done = room.run(["sh", "-c", 'echo "$WORD"; pwd; exit 3'], environment={"WORD": "hello"})

    assert (done.outcome, done.exit_code, done.stdout) == (Outcome.FINISHED, 3, "hello\n/workspace\n")


def test_a_closed_room_says_so(room: AgentRoom) -> None:
    room.close()
    room.close()

    for use in (lambda: room.execute("1"), lambda: room.run(["true"]), room.collect, lambda: room.read("x")):
        with pytest.raises(RoomDied, match="gone"):
            use()


@pytest.mark.parametrize("wait", ["execute", "run"])
def test_a_room_can_be_closed_while_its_code_runs(room: AgentRoom, wait: str) -> None:
    started = time.monotonic()
    closing = threading.Timer(1, room.close)
    closing.start()

    done = room.execute("while True: pass") if wait == "execute" else room.run(["sleep", "30"])

    closing.join()
    assert done.outcome is Outcome.KILLED
    assert time.monotonic() - started < 15


def test_a_tool_that_stops_the_work_ends_the_room(room: AgentRoom) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        room.execute("stop()", tools={"stop": stop})
    with pytest.raises(RoomDied, match="interrupted"):
        room.execute("1")


def test_rooms_may_be_opened_from_several_threads(sandbox: Sandbox) -> None:
    def use(number: int) -> str:
        with sandbox.open({"n.txt": File(str(number).encode())}) as room:
            return room.execute("print(open('n.txt').read())").stdout.strip()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(6))) == [str(number) for number in range(6)]


@pytest.mark.docker
def test_the_description_names_engine_image_and_python(sandbox: DockerSandbox) -> None:
    assert sandbox.describe().startswith("Docker ")
    assert sandbox.image in sandbox.describe()
    assert "Python 3." in sandbox.describe()
