"""Functions that a model's script finds in its room: look around, change the one file, run it.

The text of this file runs in the room, below that of `bot.decisions.editing.passages` instead of its import, with
the standard library only; it is imported here for that text and for what it says of each function. Nothing that these
functions leave or say is trusted: the file is read back as data and has to follow the rules of every edit.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.decisions.editing.passages import Passage, at_margin, closest, passages

#: Set by whoever furnishes the room: the file that is kept, the folders that its tests import from, seconds.
FILE = ""
ROOTS: list[str] = []
CHECK_SECONDS, TEST_SECONDS = 20.0, 60.0
#: The room sets it before each execution.
SUBMIT: Callable[..., None] = print

MOST_HITS, MOST_LINES, LONGEST_LINE = 40, 200, 300
SKIPPED = {".git", "__pycache__", "node_modules"}
PYTEST = ("-m", "pytest", "-q", "--tb=short", "--no-header", "-p", "no:cacheprovider", "-o", "addopts=")


class Shown(str):
    """A text that was printed already: printing it once more, as models do, prints nothing."""

    def __str__(self) -> str:
        return ""


class EditError(Exception):
    """The file can't be changed like this."""


class CheckError(Exception):
    """What was run did not end well."""


def read(path: str, first: int = 1, last: int = 80) -> str:
    """Print lines of a file, 200 at most."""
    lines = Path(path).read_text(encoding="utf-8-sig", errors="replace").split("\n")
    first = max(1, first)
    last = min(len(lines), last, first + MOST_LINES - 1)
    text = "\n".join(line[:LONGEST_LINE] for line in lines[first - 1 : last])
    more = f"\n... read on by read({path!r}, {last + 1}, {last + MOST_LINES})" if last < len(lines) else ""
    cut = " (long lines are cut)" if any(len(line) > LONGEST_LINE for line in lines[first - 1 : last]) else ""
    _say(f"{path}, lines {first} to {last} of {len(lines)}{cut}:\n{text}{more}")
    return Shown(text)


def search(regex: str) -> str:
    """Print the repository's lines that match."""
    try:
        pattern = re.compile(regex)
    except re.error:
        pattern = re.compile(re.escape(regex))
    hits = [hit for _, hit in zip(range(MOST_HITS + 1), _matching(pattern), strict=False)]
    more = ["... more: search for something longer"] if len(hits) > MOST_HITS else []
    text = "\n".join(hits[:MOST_HITS] + more) or f"Nothing matches {regex!r}."
    _say(text)
    return Shown(text)


def _matching(pattern: re.Pattern[str]) -> Iterator[str]:
    for folder, folders, names in os.walk("."):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(names):
            path = Path(folder, name)
            data = path.read_bytes() if path.is_file() else b"\0"
            if b"\0" not in data[:8000]:
                for number, line in enumerate(data.decode(errors="replace").split("\n"), 1):
                    if pattern.search(line[:1000]):
                        yield f"{path}:{number}: {line.strip()[:160]}"


def edit(old: str, new: str) -> None:
    """In the file, replace the lines old, copied exactly, by new; an empty old appends."""
    text = _text()
    changed = replaced(text, old, new)
    try:
        compile(changed, FILE, "exec")
    except (SyntaxError, ValueError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        raise EditError(f"Nothing was changed: the file would be no valid Python, {where}.") from None
    if changed == text:
        raise EditError("Nothing was changed: old and new are the same.")
    _write(changed)
    _say(f"Edited {FILE}.")


def replaced(text: str, old: str, new: str) -> str:
    """A text with the lines old in it replaced by new."""
    if not old.strip():
        return text + ("" if not text or text.endswith("\n") else "\n") + new.rstrip() + "\n"
    found = text.count(old)
    if found == 1:
        return text.replace(old, new)
    lines, wanted = text.split("\n"), old.strip("\n").split("\n")
    places = passages(lines, wanted) if not found else []
    if len(places) == 1:
        return "\n".join([*lines[: places[0].start], *_new_lines(new, places[0]), *lines[places[0].end :]])
    if found or places:
        at = [text[: match.start()].count("\n") for match in re.finditer(re.escape(old), text)]
        told = ", ".join(str(number + 1) for number in (at or [place.start for place in places])[:8])
        raise EditError(f"old stands there {found or len(places)} times (lines {told}). Copy more lines around it.")
    raise EditError(f"old is not there. {closest(lines, wanted, 'old')}")


def _new_lines(new: str, place: Passage) -> list[str]:
    """The lines of new, at the margin that old has in the file."""
    moved = [at_margin(line, place) for line in new.strip("\n").split("\n")] if new.strip() else []
    if None in moved:
        raise EditError("A line of new stands left of the margin that old has. Indent both as the file does.")
    return [line or "" for line in moved]


def check(code: str, test: str) -> None:
    """Take code as the file's text, and run test, a script with assert, in a fresh process."""
    _write(code)
    run(test)


def run(code: str) -> None:
    """Run Python in a fresh process, to look, or to check with assert."""
    script = Path("/tmp/check.py")  # noqa: S108 - the room's own
    script.write_text(code, encoding="utf-8")
    _process([str(script)], CHECK_SECONDS)


def run_tests(paths: str = "") -> None:
    """Run tests that exist."""
    _process([*PYTEST, *shlex.split(paths)], TEST_SECONDS)


def finish() -> None:
    """The file is done, or needs no change."""
    SUBMIT("done")


def _process(arguments: list[str], seconds: float) -> None:
    """Run our Python; what it prints goes where ours goes, which is counted from outside."""
    sys.stdout.flush()
    paths = ":".join([*ROOTS, *(path for path in sys.path if path)])
    try:
        ended = subprocess.run(
            [sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CheckError(f"It did not end within {seconds:g} seconds and was stopped.") from None
    if ended.returncode:
        raise CheckError("It failed." if ended.returncode > 0 else "It was killed; did it need too much memory?")


def _say(text: str) -> None:
    print(text)  # noqa: T201 - what is printed is what the model sees


def _text() -> str:
    """The file's text with plain line feeds."""
    path = Path(FILE)
    return path.read_text(encoding="utf-8-sig") if path.exists() else ""


def _write(text: str) -> None:
    path = Path(FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
