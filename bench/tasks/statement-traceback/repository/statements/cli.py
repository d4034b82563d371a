"""The command line."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from statements.errors import StatementError
from statements.money import format_amount
from statements.reader import Style, read_statement
from statements.report import by_category, by_month

RULES = {"miete": "rent", "rent": "rent", "baeckerei": "food", "grocer": "food", "gutschrift": "income"}


def main(argv: Sequence[str] | None = None) -> int:
    """Print sums of a statement.

    Returns:
        0, or 1 when the file can't be read.
    """
    parser = argparse.ArgumentParser(prog="statements", description="Sum up a bank statement.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--decimal", choices=("point", "comma"), default="point")
    parser.add_argument("--skip", type=int, default=0, help="lines above the header")
    parser.add_argument("--categories", action="store_true", help="by category, not by month")
    arguments = parser.parse_args(argv)
    style = Style(decimal=arguments.decimal, skip=arguments.skip)
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except OSError as error:
        print(f"statements: {arguments.file}: {error.strerror}", file=sys.stderr)
        return 1
    try:
        entries = read_statement(text, style)
    except StatementError as error:
        print(f"statements: {arguments.file}: {error}", file=sys.stderr)
        return 1
    sums = by_category(entries, RULES) if arguments.categories else by_month(entries)
    for name, amount in sums.items():
        print(f"{name:<12} {format_amount(amount, style.decimal):>14}")
    return 0
