"""A repository's files, read as data: nothing of it runs, and what can't be read is left out with a note."""

import ast
import configparser
import json
import re
import tomllib
import warnings
from collections.abc import Callable, Mapping
from typing import TypeVar

from sandbox.environment.shape import Table
from sandbox.files import Tree

LARGEST = 8 * 2**20
#: What people write themselves is never larger. Reading a file of TOML takes a second for each of its MiB.
LARGEST_BY_HAND = 2**20
#: A syntax tree takes a thousand times the memory of its text.
LARGEST_CODE = 2**18
LONGEST_NOTE = 300
MOST_NOTES = 100

#: tomllib needs memory that is quadratic in the parts of one dotted key: a 16 KiB key takes a gigabyte.
KEY = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
DOTTED = re.compile(rf"(?<![A-Za-z0-9_-]){KEY}(?:[ \t]*+\.[ \t]*+{KEY}){{32}}")
#: configparser needs time that is quadratic in a run of blanks inside a line.
BLANKS = re.compile(r"(?<=\S)[^\S\n]{2,}")
#: So does its message about broken lines, of which these may be some.
KEYLESS = re.compile(r"^[^=:\n]+$", re.MULTILINE)
MOST_KEYLESS = 5_000
#: No section has this name. A section that lends its keys to all others makes of a file a multiple of it.
NO_SECTION = "\n"

Ini = Mapping[str, Mapping[str, str]]
T = TypeVar("T")


class Repository:
    """Reads files, and remembers which ones it read (`sources`) and what a reader should know (`notes`)."""

    def __init__(self, files: Tree) -> None:
        self.files = files
        self.sources: list[str] = []
        self.notes: list[str] = []
        self._read: dict[tuple[str, str], object] = {}

    def note(self, sentence: str) -> None:
        """Keep one sentence, once; printable signs only, since a stranger wrote parts of it."""
        plain = "".join(sign if sign.isprintable() else "?" for sign in sentence)[:LONGEST_NOTE]
        if plain not in self.notes and len(self.notes) < MOST_NOTES:
            self.notes.append(plain)

    def text(self, path: str) -> str:
        """The file's text; "" when there is none."""
        return self._once("text", path, lambda data: data.decode("utf-8-sig", "replace"), "")

    def peek(self, path: str) -> str:
        """The file's text, without counting it among those that were read; "" when there is none."""
        data = self.files[path].data if path in self.files else b""
        return data.decode("utf-8-sig", "replace") if len(data) <= LARGEST else ""

    def toml(self, path: str, most: int = LARGEST_BY_HAND) -> Table:
        """The file as TOML; empty when there is none, or when it has more than so many bytes."""
        return self._once("toml", path, lambda data: read_toml(data.decode("utf-8-sig")), {}, most)

    def json(self, path: str) -> Table:
        """The file as a JSON object; empty when there is none."""
        return self._once("json", path, _json, {})

    def ini(self, path: str) -> Ini:
        """The file as sections of keys; empty when there is none."""
        return self._once(
            "ini", path, lambda data: read_ini(data.decode("utf-8-sig", "replace")), {}, most=LARGEST_CODE
        )

    def code(self, path: str) -> ast.Module:
        """The file as a syntax tree; empty when there is none."""
        return self._once("code", path, _tree, ast.Module([], []), LARGEST_CODE)

    def _once(self, kind: str, path: str, read: Callable[[bytes], T], nothing: T, most: int = LARGEST) -> T:
        if (kind, path) not in self._read:
            self._read[kind, path] = self._parsed(path, read, nothing, most)
        return self._read[kind, path]  # type: ignore[return-value]  # what was kept for a kind is what it reads

    def _parsed(self, path: str, read: Callable[[bytes], T], nothing: T, most: int) -> T:
        if path not in self.files:
            return nothing
        data = self.files[path].data
        if len(data) > most:
            self.note(f"{path} is not read: it is larger than {most // 2**10} KiB")
            return nothing
        try:
            found = read(data)
        except (ValueError, SyntaxError, RecursionError, MemoryError, configparser.Error) as error:
            self.note(f"{path} is not read: {_reason(error)}")
            return nothing
        if path not in self.sources:
            self.sources.append(path)
        return found


def read_toml(words: str) -> Table:
    """TOML as a table. Raises ValueError or RecursionError."""
    if DOTTED.search(words):
        raise ValueError("a key with too many dots")
    return tomllib.loads(words)


def read_ini(words: str) -> Ini:
    """Sections of keys, as they are written; a key given twice counts as its last.

    Raises:
        ValueError: it is absurdly long.
        configparser.Error: it is none.
    """
    if sum(1 for _ in KEYLESS.finditer(words)) > MOST_KEYLESS:
        raise ValueError("too many lines without a key")
    parser = configparser.RawConfigParser(strict=False, default_section=NO_SECTION)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # documented: keys as they are written
    parser.read_string(BLANKS.sub(" ", words))
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _json(data: bytes) -> Table:
    found = json.loads(data)
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - the file's fault, not the caller's
    return found


def _tree(data: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the parser thinks of a stranger's escapes is not ours to print
        try:
            return ast.parse(data.removeprefix(b"\xef\xbb\xbf"))
        except SystemError as error:  # another thread parses: https://github.com/python/cpython/issues/106905
            raise ValueError("the parser was disturbed: try again") from error


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError | MemoryError):
        return "nested too deeply"
    if isinstance(error, configparser.Error):
        return "no sections and keys"
    if isinstance(error, UnicodeError):
        return "no UTF-8 text"
    return str(error).splitlines()[0] if str(error) else "broken"
