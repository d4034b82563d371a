"""What is said of a patch that was put into the repository's own shape."""

from collections.abc import Sequence

MOST = 5


def also_changed(path: str, names: Sequence[str]) -> str:
    """What of a file was changed or left out without being planned."""
    return f"{path}: also changes {_listed(names)}, which the plan does not name"


def put_back(path: str, names: Sequence[str]) -> str:
    """What of a file the model left out and is there again."""
    return f"{path}: the model left out {_listed(names)}, which the plan does not name; that was put back"


def reproduction_changed(names: Sequence[str]) -> str:
    """Tests that were seen to fail because of the fault are not among the new ones as they were."""
    return (
        f"not all that was seen to fail before the change is among the new tests as it was ({_listed(names)}); "
        "as it was, it ran beside them: the evidence says how it went"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST]) + (f" and {len(names) - MOST} more" if len(names) > MOST else "")


def not_to_be_had(requirement: str, source: str, why: str) -> str:
    """The repository's formatter could not be installed."""
    return f"not formatted: {requirement}, which {source} configures, could not be installed: {why}"[:400]


def not_formatted(tool: str, path: str, why: str) -> str:
    """The repository's formatter could not do its work."""
    return f"{path} is not formatted: {tool} failed: {why}"[:400]
