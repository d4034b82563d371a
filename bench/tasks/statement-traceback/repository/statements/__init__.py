"""Read bank statements and sum them up."""

from statements.entry import Entry
from statements.errors import StatementError
from statements.reader import Style, read_statement

__all__ = ["Entry", "StatementError", "Style", "read_statement"]
