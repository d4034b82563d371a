import pytest

from parcel import parse_size, show_size, total


@pytest.mark.parametrize(("text", "size"), [("12 B", 12), ("3 KiB", 3072), ("1.5MiB", 1572864), (" 1 GiB ", 1073741824)])
def test_sizes_are_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "12", "KiB", "3 kib", "-1 B", "1 TiB"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="not a size"):
        parse_size(text)


@pytest.mark.parametrize(("size", "text"), [(0, "0 B"), (1000, "1000 B"), (3072, "3 KiB"), (1000000, "976.562 KiB")])
def test_sizes_are_shown_in_binary_units(size, text):
    assert show_size(size) == text


def test_total():
    assert total(["1 KiB", "24 B"]) == 1048
