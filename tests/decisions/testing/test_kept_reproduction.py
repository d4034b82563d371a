"""Whether what was seen to fail because of the fault is among the new tests as it was."""

import pytest

from bot.decisions.testing.kept_reproduction import not_kept

SEEN = '''import pytest

from press.pages import pages


def test_backward_range():
    """As people type it."""
    assert pages("5-3", 10) == [3, 4, 5]


@pytest.mark.parametrize("text", ["12-", "0-2"])
def test_missing_pages_are_refused(text):
    with pytest.raises(ValueError):
        pages(text, 10)
'''


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("", "", ()),
        ("pages(text, 10)", "pages(\n            text,\n            10,\n        )", ()),  # by a formatter
        ("test_backward_range", "test_ranges_from_the_end", ()),
        ('["12-", "0-2"]', '["12-", "0-2", "0"]', ()),
        ("    assert", "    assert pages('2', 10)\n    assert", ()),
        ("[3, 4, 5]", "[]", ("test_backward_range",)),
        ('["12-", "0-2"]', '["12-"]', ("test_missing_pages_are_refused",)),
        ("pages(text, 10)", 'pages("11-12", 10)', ("test_missing_pages_are_refused",)),
        (SEEN, "", ("test_backward_range", "test_missing_pages_are_refused")),
        (SEEN, "def test(", ()),  # no Python: other rules tell
    ],
)
def test_what_is_not_kept_is_named(old: str, new: str, lost: tuple[str, ...]) -> None:
    assert not_kept(SEEN, SEEN.replace(old, new) if old else SEEN) == lost
