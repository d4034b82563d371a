"""Letters."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """One mail.

    Attributes:
        to: address.
        text: what it says.
    """

    to: str
    text: str

    def __post_init__(self) -> None:
        if self.to.count("@") != 1 or any(sign.isspace() for sign in self.to):
            raise ValueError(f"{self.to!r} is no address")
