"""What is said of a patch that was put into the repository's own shape."""

from collections.abc import Sequence

MOST = 5


def also_changed(path: str, names: Sequence[str]) -> str:
    """Definitions of a file that were changed without being planned."""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return f"{path}: also changes {', '.join(names[:MOST])}{more}, which the plan does not name"


def not_to_be_had(requirement: str, source: str, why: str) -> str:
    """The repository's formatter could not be installed."""
    return f"not formatted: {requirement}, which {source} configures, could not be installed: {why}"[:400]


def not_formatted(tool: str, path: str, why: str) -> str:
    """The repository's formatter could not do its work."""
    return f"{path} is not formatted: {tool} failed: {why}"[:400]
