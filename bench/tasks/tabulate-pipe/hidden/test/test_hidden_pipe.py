import re

import pytest

from tabulate import tabulate, tabulate_formats

ROWS, HEADERS = [["y", "y|n|unknown"], ["||", 3]], ["col1", "col2|withpipe"]
MARKDOWN = ["pipe", "github"]


def cells(line):
    """The cells of a Markdown row, without their padding."""
    assert line.startswith("|")
    assert line.endswith("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@pytest.mark.parametrize("form", MARKDOWN)
def test_every_line_has_the_same_columns(form):
    header, rule, *rows = tabulate(ROWS, headers=HEADERS, tablefmt=form).splitlines()
    assert cells(header) == HEADERS
    assert len(cells(rule)) == 2
    assert set(rule) <= set("|:-")
    assert [cells(row) for row in rows] == [["y", "y|n|unknown"], ["||", "3"]]


@pytest.mark.parametrize("form", MARKDOWN)
def test_without_headers(form):
    assert [cells(line) for line in tabulate([["a|b", "c"]], tablefmt=form).splitlines()][-1] == ["a|b", "c"]


@pytest.mark.parametrize("form", MARKDOWN)
def test_without_pipes_nothing_changes(form):
    lines = tabulate([["a", 1]], headers=["x", "y"], tablefmt=form).splitlines()
    assert lines[0] == "| x   |   y |"
    assert lines[2] == "| a   |   1 |"


@pytest.mark.parametrize("form", ["plain", "simple", "grid", "psql", "orgtbl", "rst", "tsv", "presto"])
def test_other_formats_stay(form):
    text = tabulate([["a|b", "c"]], headers=["h|i", "j"], tablefmt=form)
    assert "\\" not in text
    assert "a|b" in text
    assert "h|i" in text


def test_other_escapes_stay():
    assert "a\\_b" in tabulate([["a_b"]], tablefmt="latex")
    assert "&lt;b&gt;" in tabulate([["<b>"]], tablefmt="html")
    assert "pipe" in tabulate_formats
