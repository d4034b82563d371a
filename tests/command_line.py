"""The `intern` command line as a process of its own, as people and machines run it."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parent.parent

#: What a command sees of this process's environment: how to find programs and the engine, no setting.
KEPT = ("PATH", "HOME", "LANG", "DOCKER_HOST", "TMPDIR", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it said on standard error."""
        return self.err.strip().splitlines()


def environment(**settings: str) -> dict[str, str]:
    """These settings, and nothing else that would be one."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **settings}


def intern(
    *arguments: str | Path, settings: Mapping[str, str] | None = None, cwd: Path | None = None, seconds: float = 240
) -> Ran:
    """Run `intern` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        env=environment(**(settings or {})),
        cwd=cwd or ROOT.parent,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def forked(
    *arguments: str | Path, settings: Mapping[str, str] | None = None, cwd: Path | None = None, seconds: float = 240
) -> Ran:
    """Run `intern` to its end, in a process that has everything loaded already: `intern` without its three seconds.

    It has its own environment, folder, output and exit code, as any process; only that it starts from nothing is not
    shown, which `tests/test_command_line.py` does.
    """
    _load()
    given, place = environment(**(settings or {})), cwd or ROOT.parent
    pipes = [os.pipe(), os.pipe()]
    child = os.fork()
    if child == 0:
        _become_intern([str(one) for one in arguments], given, place, [write for _, write in pipes])
    for _, write in pipes:
        os.close(write)
    texts = ["", ""]
    readers = [threading.Thread(target=_read, args=(pipe[0], texts, place)) for place, pipe in enumerate(pipes)]
    for reader in readers:
        reader.start()
    code = _ended(child, seconds)
    for reader in readers:
        reader.join(10)
    return Ran(code, texts[0], texts[1])


@cache
def _load() -> None:
    """What the commands load, so that a fork of this process has it."""
    for name in ("bot.__main__", "bot.composition", "bot.optimize.run", "bot.trial.command", "bot.replay.run"):
        import_module(name)


def _become_intern(arguments: Sequence[str], given: Mapping[str, str], place: Path, outputs: Sequence[int]) -> NoReturn:
    """Be a process that runs `intern`, and nothing of pytest's."""
    code = 70
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, pipe in enumerate((os.open(os.devnull, os.O_RDONLY), *outputs)):
            os.dup2(pipe, number)
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, "r" if n == 0 else "w", closefd=False) for n in range(3))
        logging.getLogger().handlers.clear()
        os.environ.clear()
        os.environ.update(given)
        os.chdir(place)
        code = import_module("bot.__main__").main(arguments)
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except BaseException:  # noqa: BLE001 - a process ends with a traceback, whatever it was
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _read(pipe: int, texts: list[str], place: int) -> None:
    with os.fdopen(pipe, encoding="utf-8", errors="replace") as stream:
        texts[place] = stream.read()


def _ended(child: int, seconds: float) -> int:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimeoutError(f"`intern` did not end within {seconds} seconds.")


def refused(ran: Ran, *words: str) -> str:
    """The one line of a command that refused: what is wrong and what to do."""
    assert ran.code == 2, ran.err
    assert len(ran.lines) == 1, ran.err
    for word in words:
        assert word in ran.err
    return ran.lines[0]
