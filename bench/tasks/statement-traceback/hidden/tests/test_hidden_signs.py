from decimal import Decimal

import pytest

from statements import StatementError, Style, read_statement
from statements.cli import main
from statements.money import parse_amount

NORDBANK = """Datum;Text;Betrag
02.04.2024;Miete April;1.250,00-
03.04.2024;Gutschrift;80,00
05.04.2024;Baeckerei;4,60-
05.04.2024;Storno Baeckerei;4,60+
"""


def test_the_file_of_the_issue():
    amounts = [entry.amount for entry in read_statement(NORDBANK, Style("comma"))]
    assert amounts == [Decimal("-1250.00"), Decimal("80.00"), Decimal("-4.60"), Decimal("4.60")]


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [
        ("1,250.00-", "point", "-1250.00"),
        ("7.5 -", "point", "-7.50"),
        ("4,60- €", "comma", "-4.60"),
        ("EUR 12,00+", "comma", "12.00"),
        ("12.345.678,90-", "comma", "-12345678.90"),
    ],
)
def test_a_sign_behind(text, decimal, amount):
    assert parse_amount(text, decimal) == Decimal(amount)


@pytest.mark.parametrize("text", ["-4.60-", "(4.60)-", "+4.60-", "abc", "--4", "4.6.0", "-", "1e5x"])
def test_nonsense_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_amount(text)


@pytest.mark.parametrize("cell", ["abc", "4.60-+", "1.2.3"])
def test_nonsense_names_its_line(cell):
    with pytest.raises(StatementError) as caught:
        read_statement(f"Date,Text,Amount\n2024-04-02,x,1\n2024-04-03,y,{cell}\n")
    assert caught.value.line == 3


def test_the_command_line_says_it_in_a_line(tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text("Date,Text,Amount\n2024-04-02,x,abc\n")
    assert main([str(file)]) == 1
    assert "line 2" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "amount"), [("-4.60", "-4.60"), ("(4.60)", "-4.60"), ("+3.5", "3.50"), ("0", "0")])
def test_signs_in_front_are_still_read(text, amount):
    assert parse_amount(text) == Decimal(amount)
