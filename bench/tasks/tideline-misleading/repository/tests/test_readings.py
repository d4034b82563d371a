import pytest

from tideline import ReadingError, read


def test_in_the_order_of_time():
    text = "# gauge 7\n2024-03-01T11:10:00+01:00 5\n2024-03-01T10:05:00+00:00 4\n2024-03-01T10:10:00+00:00 6\n"
    assert [(one.moment.minute, one.level) for one in read(text)] == [(5, 4), (10, 6)]


@pytest.mark.parametrize(("line", "words"), [("x", "no reading"), ("2024-03-01T10:00:00 5", "time zone")])
def test_bad_lines(line, words):
    with pytest.raises(ReadingError, match=f"line 2 .*{words}"):
        read(f"# a\n{line}\n")
