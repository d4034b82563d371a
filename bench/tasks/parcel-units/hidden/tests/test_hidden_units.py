from pathlib import Path

import pytest

from parcel import parse_size, show_size, total

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("text", "size"), [("2 kB", 2000), ("1.5 MB", 1500000), ("1GB", 10**9), ("0.5 kB", 500), ("3 KiB", 3072)]
)
def test_decimal_units_are_read(text, size):
    assert parse_size(text) == size


def test_they_add_up_with_binary_ones():
    assert total(["1 kB", "1 KiB", "1 B"]) == 2025


@pytest.mark.parametrize("text", ["2 KB", "2 Mb", "2 mb", "2 TB", "2"])
def test_no_other_spelling_is_taken(text):
    with pytest.raises(ValueError, match="not a size"):
        parse_size(text)


@pytest.mark.parametrize(("size", "text"), [(1000, "1000 B"), (2048, "2 KiB"), (1000000, "976.562 KiB")])
def test_sizes_are_shown_as_before(size, text):
    assert show_size(size) == text


def test_the_readme_lists_them_in_its_table_and_loses_nothing():
    text = (ROOT / "README.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for unit, size in (("kB", 1000), ("MB", 1000000), ("GB", 1000000000), ("KiB", 1024)):
        assert any(f"`{unit}`" in row and str(size) in row.replace(",", "").replace("_", "") for row in rows), unit
    for kept in ("# parcel", "## Use", "total([\"1 KiB\", \"24 B\"])", "## Licence"):
        assert kept in text


def test_the_changelog_has_a_line_where_it_belongs():
    text = (ROOT / "CHANGELOG.md").read_text()
    unreleased = text.partition("## Unreleased")[2].partition("## 1.1.0")[0]
    assert "kB" in unreleased
    assert "- `total` takes any iterable." in unreleased
    assert "- First release." in text
