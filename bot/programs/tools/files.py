"""list_files and read_file: the snapshot is a mapping in memory, no directory."""

import re
from fnmatch import fnmatchcase

from bot.decisions.map.lookup import symbols_named
from bot.programs.tools.answer import LONGEST, cut, text_of
from sandbox.files import Tree

MOST_FILES, MOST_ALIKE = 200, 20
LONGEST_LINE = 300
#: As in the syntax tree: form feeds and the like end no line.
LINE_ENDS = re.compile(r"\r\n|\r|\n")


def list_files(files: Tree, pattern: str) -> str:
    """Paths that match a glob ("*" also crosses folders) or lie in a folder of that name."""
    pattern = pattern.strip().removeprefix("./").strip("/")[:200]
    wanted = pattern if any(sign in pattern for sign in "*?[") or not pattern else f"*{pattern}*"
    found = [path for path in sorted(files) if not pattern or fnmatchcase(path, wanted)]
    if not found:
        return f"No file matches {pattern!r}. The repository has {len(files)} files."
    more = [f"... {len(found) - MOST_FILES} more files"] if len(found) > MOST_FILES else []
    return cut("\n".join(found[:MOST_FILES] + more))


def read_file(files: Tree, path: str, first_line: int, last_line: int) -> str:
    """Numbered lines of a file, from first_line to last_line; or of a definition, as "pkg/a.py::Parser.feed"."""
    path, _, name = path.partition("::")
    path = resolved(files, path)
    if name or path not in files:
        return read_symbol(files, path, name)
    content = text_of(files[path].data)
    return f"{path} is a binary file." if content is None else told_lines(path, content, first_line, last_line)


def read_symbol(files: Tree, path: str, name: str) -> str:
    """A definition by its name, in one file or, where there is no such file, anywhere; several are listed."""
    name = (name or path).strip("`'\" ").removesuffix("()")
    inside = [path] if path in files else []
    found = symbols_named(files, name, inside)
    if not found:
        if inside:
            return f"{path} has no definition {name[:200]!r}."
        return f"There is no file {path[:200]!r}." + suggestion(files, path)
    if len(found) > 1:
        listed = "\n".join(f"{home}::{symbol.name}, line {symbol.start}" for home, symbol in found[:MOST_ALIKE])
        return cut(f"{len(found)} definitions have that name; read one of them:\n{listed}")
    home, symbol = found[0]
    content = text_of(files[home].data) or ""
    return told_lines(f"{home}::{symbol.name}", content, symbol.start, symbol.end)


def told_lines(title: str, content: str, first_line: int, last_line: int) -> str:
    """Numbered lines, as many as fit, below a title."""
    lines = LINE_ENDS.split(content.removesuffix("\n"))
    first, last = max(1, first_line), min(len(lines), max(first_line, last_line))
    if first > len(lines):
        return f"{title} has {len(lines)} lines."
    shown: list[str] = []
    left = LONGEST - 300
    for number, line in enumerate(lines[first - 1 : last], first):
        cut_off = f" ... {len(line) - LONGEST_LINE} more characters" if len(line) > LONGEST_LINE else ""
        shown.append(f"{number}: {line[:LONGEST_LINE]}{cut_off}")
        left -= len(shown[-1]) + 1
        if left < 0 and len(shown) > 1:
            shown.pop()
            break
    following = first + len(shown)
    # Of a definition its last line is the end, of a file whatever stands below may be wanted.
    end = last if "::" in title else len(lines)
    more = [f"... read on with first_line={following}"] if following <= end else []
    return cut("\n".join([f"{title}, lines {first}-{following - 1} of {len(lines)}:", *shown, *more]))


def resolved(files: Tree, path: str) -> str:
    """A path as the repository spells it: without "./", with the folders that a model left out."""
    path = path.strip().strip("`'\"").replace("\\", "/").removeprefix("./")
    alike = [known for known in files if known.endswith(f"/{path}")]
    return alike[0] if path not in files and len(alike) == 1 else path


def suggestion(files: Tree, path: str) -> str:
    """A hint at files with the same name."""
    name = path.rsplit("/", 1)[-1]
    alike = [other for other in sorted(files) if other.rsplit("/", 1)[-1] == name]
    return f" Did you mean {', '.join(alike[:3])}?" if alike and name else ""
