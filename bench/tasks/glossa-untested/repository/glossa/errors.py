"""What can be wrong."""


class CatalogueError(ValueError):
    """A catalogue can't be read.

    Attributes:
        line: where, from 1.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class MissingText(KeyError):
    """There is no text for a key."""

    def __str__(self) -> str:
        return f"there is no text for {self.args[0]!r}"
