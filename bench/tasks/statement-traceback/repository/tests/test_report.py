from datetime import date
from decimal import Decimal

from statements.cli import main
from statements.entry import Entry
from statements.report import by_category, by_month

ENTRIES = [
    Entry(date(2024, 5, 1), "RENT May", Decimal("-900")),
    Entry(date(2024, 4, 1), "rent april", Decimal("-900")),
    Entry(date(2024, 4, 3), "Baker", Decimal("-4.60")),
]


def test_months_are_in_order():
    assert by_month(ENTRIES) == {"2024-04": Decimal("-904.60"), "2024-05": Decimal("-900")}
    assert list(by_month(ENTRIES)) == ["2024-04", "2024-05"]


def test_categories():
    assert by_category(ENTRIES, {"rent": "rent"}) == {"rent": Decimal("-1800"), "other": Decimal("-4.60")}


def test_the_command_line(tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text("Date,Text,Amount\n2024-04-02,x,1\n")
    assert main([str(file)]) == 0
    assert "2024-04" in capsys.readouterr().out
    assert main([str(tmp_path / "none.csv")]) == 1
