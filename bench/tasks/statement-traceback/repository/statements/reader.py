"""From the text of a CSV file to entries."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from statements.entry import Entry
from statements.errors import StatementError
from statements.money import parse_amount

#: What banks call the columns, in lower case.
NAMES = {
    "day": ("date", "datum", "booking date", "buchungstag"),
    "text": ("text", "description", "details", "verwendungszweck"),
    "amount": ("amount", "betrag", "value"),
}
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


@dataclass(frozen=True)
class Style:
    """How a bank writes.

    Attributes:
        decimal: "point" or "comma".
        separator: between two columns; "" to find it out from the first line.
        skip: lines above the header.
    """

    decimal: str = "point"
    separator: str = ""
    skip: int = 0


def read_statement(text: str, style: Style = Style()) -> list[Entry]:
    """Read all bookings of a file, in their order.

    Args:
        text: the whole file.
        style: how the bank writes.

    Returns:
        The entries; empty lines are passed over.

    Raises:
        StatementError: the header or a line can't be understood.
    """
    lines = text.lstrip("\ufeff").splitlines()[style.skip :]
    if not lines or not lines[0].strip():
        raise StatementError("the file is empty")
    separator = style.separator or _separator(lines[0])
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
    columns = _columns(rows[0])
    entries: list[Entry] = []
    for number, row in enumerate(rows[1:], start=style.skip + 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(columns.values()):
            raise StatementError(f"{len(row)} columns are too few", number)
        try:
            entries.append(_entry(row, columns, style))
        except ValueError as error:
            raise StatementError(str(error), number) from None
    return entries


def _separator(header: str) -> str:
    return max(";,\t", key=header.count)


def _columns(header: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    cells = [cell.strip().lower() for cell in header]
    for column, names in NAMES.items():
        places = [place for place, cell in enumerate(cells) if cell in names]
        if not places:
            raise StatementError(f"no column for the {column}: {', '.join(header)}")
        found[column] = places[0]
    return found


def _entry(row: list[str], columns: dict[str, int], style: Style) -> Entry:
    return Entry(
        day=_day(row[columns["day"]]),
        text=" ".join(row[columns["text"]].split()),
        amount=parse_amount(row[columns["amount"]], style.decimal),
    )


def _day(text: str) -> date:
    for form in DATES:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise ValueError(f"{text.strip()!r} is no date")
