"""A hint: how a repository installs what its tests need, in the words of the tool that runs them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """What one environment of a tool asks for.

    Attributes:
        origin: where it is written, for a reader ("tox.ini").
        lines: as in a requirement file: requirements, "-r FILE", ".[test]".
        extras: extras of the repository's own package.
        groups: dependency groups.
    """

    origin: str
    lines: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
