"""The one error that callers have to know."""


class StatementError(Exception):
    """A statement can't be read.

    Attributes:
        line: the line of the file, from 1; 0 when the file as a whole is meant.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.line = line
