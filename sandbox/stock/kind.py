"""Kind: what two rooms must have in common for one to stand in for the other."""

from dataclasses import dataclass, replace

from sandbox.room import Limits


@dataclass(frozen=True, slots=True)
class Kind:
    """What a room is made with and can't be changed afterwards. Hashable.

    Attributes:
        environment: the dependency environment that is mounted in it; None for none.
        limits: what the room may use. `seconds` is 0 here: it belongs to each execution, not to the room.
    """

    environment: str | None
    limits: Limits


def kind_of(environment: str | None, limits: Limits) -> Kind:
    """The kind of room that fulfils this wish."""
    return Kind(environment or None, replace(limits, seconds=0.0))
