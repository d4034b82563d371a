"""Frames: the places in code that a traceback names, and the files of a repository that they stand in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.decisions.code.modules import import_root
from sandbox.files import Tree

#: https://docs.python.org/3/library/traceback.html, and pytest's short form ("pkg/a.py:12: in feed").
PYTHON = re.compile(r'File "([^"\n]{1,300})", line (\d{1,7})(?:, in ([\w.<>]{1,100}))?')
PYTEST = re.compile(r"^(?:E? {1,8})?([\w./\\-]{1,300}\.py):(\d{1,7})(?:: in ([\w.<>]{1,100}))?", re.MULTILINE)
INSTALLED = "site-packages/"
STANDARD_LIBRARY = re.compile(r"/lib(?:64)?/python\d")

#: Different frames that are looked at: of a longer text the last ones, where a traceback's end stands.
MOST = 200


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a traceback.

    Attributes:
        path: the file as the traceback names it, with plain slashes.
        line: the line in it, from 1; of whatever version the reporter had.
        function: the function's name, "" where none is told.
    """

    path: str
    line: int
    function: str


def frames_in(text: str) -> list[Frame]:
    """The different frames that a text names, in its order, which is that of the calls: the error's is the last."""
    found = [(match.start(), match) for pattern in (PYTHON, PYTEST) for match in pattern.finditer(text)]
    frames = [
        Frame(match[1].replace("\\", "/"), int(match[2]), function_of(match[3]))
        for _, match in sorted(found, key=lambda pair: pair[0])
    ]
    latest = dict.fromkeys(reversed(frames))
    return list(latest)[:MOST][::-1]


def function_of(name: str | None) -> str:
    """The last part of a function's name; "" for "<module>", "<lambda>" and the like."""
    name = (name or "").rpartition(".")[2]
    return name if name.isidentifier() else ""


def located(frames: Iterable[Frame], files: Tree) -> list[tuple[str, Frame]]:
    """Those frames that stand in a file of the repository, with the file's path there."""
    frames = list(frames)
    names = {frame.path.rpartition("/")[2] for frame in frames}
    homes: dict[str, list[str]] = {}
    for path in files:
        if (name := path.rpartition("/")[2]) in names:
            homes.setdefault(name, []).append(path)
    found = [(home_of(frame, homes, files), frame) for frame in frames]
    return [(path, frame) for path, frame in found if path]


def home_of(frame: Frame, homes: Mapping[str, list[str]], files: Tree) -> str:
    """The one file that a frame's path ends with (longest match first); "" where none is, or several are."""
    asked = frame.path
    installed = asked.rpartition(INSTALLED)[2] if INSTALLED in asked else ""
    if not installed and STANDARD_LIBRARY.search(asked):
        return ""
    fits: dict[str, int] = {}
    for path in homes.get(asked.rpartition("/")[2], ()):
        inside = path[len(import_root(files, path)) :].lstrip("/")
        if installed:
            length = len(inside) if inside == installed else 0
        else:
            length = max((len(end) for end in (path, inside) if f"/{asked}".endswith(f"/{end}")), default=0)
            if not length and path.endswith(f"/{asked.lstrip('./')}"):
                length = len(asked)
        if length:
            fits[path] = length
    longest = max(fits.values(), default=0)
    best = [path for path, length in fits.items() if length == longest]
    return best[0] if len(best) == 1 else ""
