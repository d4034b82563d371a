"""The session: pytest with our own reporter, started so that a repository's settings can't take it away.

Runs inside the room. The reporter is given to pytest as objects, not by a name that `-p no:name` in a
repository's configuration could block: https://docs.pytest.org/en/stable/how-to/plugins.html
"""

import json
import os
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import distributions
from typing import Any

from sandbox.inside.compiled import forget_compiled
from sandbox.inside.options import option_hooks
from sandbox.inside.report_pipe import open_report
from sandbox.inside.reporter import Hooks, reporter
from sandbox.inside.share import Share
from sandbox.inside.workers import worker_hooks

#: The first and the first too new version of pytest that the reporter was tried with.
OLDEST, TOO_NEW = (7, 0), (10, 0)


def main() -> None:
    """Run pytest with the arguments of the command line and leave with its exit code."""
    codes: list[int] = []
    forget_compiled(os.getcwd())  # noqa: PTH109 - strings all along
    choose_pytest(os.environ.get("PYTHONPATH", "").split(os.pathsep))
    import pytest

    with reporting(codes) as plugins:
        codes.append(int(pytest.main(sys.argv[1:], plugins=plugins)))
    sys.stdout.flush()
    sys.exit(codes[-1])


@contextmanager
def reporting(codes: list[int]) -> Iterator[list[Hooks]]:
    """The plugins for a run; tells its end with the last code when the block is left without an exception.

    Suspended, a generator's frame is on nobody's stack: what it holds is no local of a caller of the tests.
    """
    descriptor, nonce, order = read_order()
    tell = open_report(descriptor, nonce)
    share = Share.unpacked(order["share"]) if order["share"] else None
    plugins, counts = reporter(tell, share)
    options = option_hooks(collect_only=order["collect_only"], workers=order["workers"], most=order["most"])
    yield [options, worker_hooks(), *plugins]
    tell("end", code=codes[-1], **counts())


def read_order() -> tuple[int, str, dict[str, Any]]:
    """The report pipe's descriptor, the nonce and the order, from standard input, which is empty from then on."""
    with os.fdopen(0, "r", encoding="ascii") as stdin:
        number, nonce, order = stdin.read().split("\n", 2)
    nothing = os.open(os.devnull, os.O_RDONLY)  # the lowest free number: 0 again
    os.set_inheritable(nothing, True)
    sys.stdin = os.fdopen(nothing, encoding="utf-8")
    return int(number), nonce, json.loads(order)


def choose_pytest(paths: Sequence[str]) -> None:
    """Import the repository's own pytest where it has one that the reporter knows, else ours.

    Suites depend on their version, and an environment with any plugin for pytest has the pytest that fits the
    plugin. Only installed packages are importable at that moment; the workspace comes afterwards, before them,
    but after the standard library: so a repository's own package wins over an installed one, its `pytest.py` is
    not taken for pytest, and its `types.py` breaks nothing.
    """
    home = os.getcwd()  # noqa: PTH109 - strings all along
    installed = [path for path in paths if path and not is_below(path, home)]
    site = sysconfig.get_path("purelib")
    at = sys.path.index(site) if site in sys.path else len(sys.path)
    if not any(OLDEST <= version < TOO_NEW for version in versions(installed)):
        import_module("pytest")  # ours, as nothing else is importable yet
    sys.path[at:at] = [path for path in installed if path not in sys.path]
    import_module("pytest")  # the repository's own, unless ours is here already
    sys.path[at:at] = [path for path in paths if is_below(path, home) and path not in sys.path]


def versions(paths: list[str]) -> Iterator[tuple[int, ...]]:
    """The versions of pytest that are installed there, as far as they count: (7, 4)."""
    for found in distributions(name="pytest", path=paths):
        yield tuple(int(part) for part in found.version.split(".")[:2] if part.isdecimal())


def is_below(path: str, folder: str) -> bool:
    """Whether the path is the folder or in it."""
    return path == folder or path.startswith(folder + "/")
