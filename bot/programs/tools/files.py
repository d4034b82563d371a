"""list_files, search_code and read_file: the snapshot is a mapping in memory, no directory."""

from fnmatch import fnmatchcase

from bot.programs.tools.answer import LONGEST, cut, text_of
from sandbox.files import Tree

MOST_FILES = 200
MOST_HITS = 60
LARGEST_SEARCHED = 500_000


def list_files(files: Tree, pattern: str) -> str:
    """Paths that match a glob ("*" also crosses folders) or lie in a folder of that name."""
    pattern = pattern.strip().removeprefix("./").strip("/")[:200]
    wanted = pattern if any(sign in pattern for sign in "*?[") or not pattern else f"*{pattern}*"
    found = [path for path in sorted(files) if not pattern or fnmatchcase(path, wanted)]
    if not found:
        return f"No file matches {pattern!r}. The repository has {len(files)} files."
    more = [f"... {len(found) - MOST_FILES} more files"] if len(found) > MOST_FILES else []
    return cut("\n".join(found[:MOST_FILES] + more))


def search_code(files: Tree, text: str) -> str:
    """Lines that contain a text, letter case aside: "path:line: text"."""
    needle = text.strip()[:200].lower()
    if not needle:
        return "Give a text to search for."
    hits: list[str] = []
    for path in sorted(files):
        hits += hits_in(path, files[path].data, needle)
        if len(hits) > MOST_HITS:
            return cut("\n".join(hits[:MOST_HITS]) + "\n... more hits: search for something longer")
    return cut("\n".join(hits)) or f"Nothing contains {text.strip()[:200]!r}."


def hits_in(path: str, data: bytes, needle: str) -> list[str]:
    """The hits in one file."""
    content = text_of(data[:LARGEST_SEARCHED])
    if content is None or needle not in content.lower():
        return []
    lines = enumerate(content.splitlines(), 1)
    return [f"{path}:{number}: {line.strip()[:160]}" for number, line in lines if needle in line.lower()]


def read_file(files: Tree, path: str, first_line: int, last_line: int) -> str:
    """Numbered lines of a file, from first_line to last_line."""
    path = resolved(files, path)
    if path not in files:
        return f"There is no file {path[:200]!r}." + suggestion(files, path)
    content = text_of(files[path].data)
    if content is None:
        return f"{path} is a binary file."
    lines = content.splitlines()
    first, last = max(1, first_line), min(len(lines), max(first_line, last_line))
    if first > len(lines):
        return f"{path} has {len(lines)} lines."
    shown = [f"{number}: {line[:300]}" for number, line in enumerate(lines[first - 1 : last], first)]
    while sum(map(len, shown)) + len(shown) > LONGEST - 300 and len(shown) > 1:
        shown.pop()
    following = first + len(shown)
    more = [f"... read on from line {following}"] if following <= last else []
    return cut("\n".join([f"{path}, {len(lines)} lines:", *shown, *more]))


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
