"""`intern serve` in a process of its own, forked from one that has imported everything."""

import ctypes
import multiprocessing
import os
import signal
from pathlib import Path

from bot.__main__ import main
from bot.programs.configure import configure_dspy
from bot.server.service import Service
from sandbox.bubblewrap.driver import BubblewrapSandbox

__all__ = ["BubblewrapSandbox", "Service"]  # imported here, so that no fork has to

_PR_SET_PDEATHSIG = 1

configure_dspy()

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.stopping.served"])


def served(environment: dict[str, str], log: Path) -> None:
    """Be `intern serve` with these settings."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # no test's end leaves it behind
    with log.open("a", buffering=1) as lines:
        os.dup2(lines.fileno(), 1)
        os.dup2(lines.fileno(), 2)
        os.environ.update(environment)
        os._exit(main(["serve"]))
