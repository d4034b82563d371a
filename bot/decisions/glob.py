"""Glob: `**`, `*` and `?` over paths, in time proportional to path times pattern. No backtracking."""


def matches(path: str, glob: str) -> bool:
    """Whether the whole path fits the glob.

    `?` is one character and `*` any number of them, both without a slash; `**` as a whole part is any number
    of parts, none included. Everything else stands for itself. Both sides are compared as they are.
    """
    parts = path.split("/")
    here = {0}  # how many parts of the path are used up, for every way of reading the glob so far
    for pattern in glob.split("/"):
        if pattern == "**":
            here = set(range(min(here), len(parts) + 1))
        else:
            here = {used + 1 for used in here if used < len(parts) and part_matches(parts[used], pattern)}
        if not here:
            return False
    return len(parts) in here


def part_matches(part: str, pattern: str) -> bool:
    """Whether one part of a path fits; going back to the last star is enough, for stars are alike."""
    at = spot = 0
    star, mark = -1, 0
    while at < len(part):
        if spot < len(pattern) and pattern[spot] == "*":
            star, mark, spot = spot, at, spot + 1
        elif spot < len(pattern) and pattern[spot] in ("?", part[at]):
            at, spot = at + 1, spot + 1
        elif star >= 0:
            mark += 1
            at, spot = mark, star + 1
        else:
            return False
    return not pattern[spot:].strip("*")
