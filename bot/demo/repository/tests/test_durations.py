import pytest

from tempo import format_duration, parse_duration


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("5m", 300), ("2h", 7200), ("0s", 0)])
def test_single_units(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "5x", "-5m"])
def test_nonsense_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_round_trip():
    assert format_duration(parse_duration("120m")) == "2h"
