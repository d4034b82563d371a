from datetime import date
from decimal import Decimal

import pytest

from statements import StatementError, Style, read_statement

ENGLISH = """Date,Description,Amount
2024-04-02,Rent April,"-1,250.00"

2024-04-03,  Refund   of fees ,80.00
"""
GERMAN = "\ufeffDatum;Text;Betrag\n02.04.2024;Miete April;-1.250,00\n03.04.2024;Gutschrift;80,00\n"


def test_a_file_with_points():
    first, second = read_statement(ENGLISH)
    assert (first.day, first.amount) == (date(2024, 4, 2), Decimal("-1250.00"))
    assert second.text == "Refund of fees"


def test_a_file_with_commas():
    assert [entry.amount for entry in read_statement(GERMAN, Style("comma"))] == [Decimal("-1250"), Decimal("80")]


def test_lines_above_the_header():
    assert len(read_statement("Account 1\n\n" + ENGLISH, Style(skip=2))) == 2


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("", "empty", 0),
        ("Date,Amount\n", "no column for the text", 0),
        ("Date,Text,Amount\n2024-04-02,x\n", "too few", 2),
        ("Date,Text,Amount\n2024-04-02,x,1\nsoon,x,1\n", "no date", 3),
    ],
)
def test_what_cant_be_read_names_its_line(text, words, line):
    with pytest.raises(StatementError, match=words) as caught:
        read_statement(text)
    assert caught.value.line == line
