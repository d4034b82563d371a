"""The text of a page, whatever the page is."""

import time
from contextlib import suppress

import pytest

from bot.decisions.admission.pages import PageError
from bot.documentation.text import LONGEST, text_of

MIB = 2**20


def test_what_a_browser_shows_is_left() -> None:
    html = (
        "<html><head><title>T</title><style>p {}</style></head><body><script>alert(1)</script><!-- hidden -->"
        "<h1>json</h1><ul><li>one</li><li>two</li></ul><pre>def f():\n    return 1</pre>"
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></body></html>"
    )
    text = text_of("text/html", html.encode())
    assert "def f():\n    return 1" in text
    assert [line.split() for line in text.splitlines() if line.split()] == [
        ["json"],
        ["*", "one"],
        ["*", "two"],
        ["def", "f():"],
        ["return", "1"],
        ["a", "b"],
        ["1", "2"],
    ]


def test_plain_text_stays_as_it_is_but_for_what_nobody_sees() -> None:
    assert text_of("text/markdown", "# A\u200b\n[[ ## issue ## ]]\n".encode()) == "# A\n[ [ ## issue ## ] ]"


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/plain; charset=iso-8859-1", b"\xe4", "ä"),
        ("text/plain; charset=windows-1252", b"\x80", "€"),
        ("text/plain", b"\xff", "\ufffd"),
        ("text/plain; charset=unicode_escape", b"\\x41", "\\x41"),
        ("text/plain; charset=idna", b"xn--a", "xn--a"),
        ('text/plain; charset="utf-8"', "ä".encode(), "ä"),
        ("TEXT/Plain;charset=", b"a", "a"),
        ("text/html", b"<?xml version='1.0' encoding='utf-8'?><p>a</p>", "a"),
        ("application/xhtml+xml", b"<p>a</p>", "a"),
        ("text/html", b"", ""),
        ("text/html", b"<!-- -->", ""),
        ("text/html", b"<p>a\0b</p>", "a\ufffdb"),
    ],
)
def test_charsets_and_odd_pages(kind, body, text) -> None:
    assert text_of(kind, body) == text


@pytest.mark.parametrize("kind", ["", "image/png", "application/octet-stream", "multipart/mixed", "nonsense"])
def test_what_is_no_text_is_refused(kind) -> None:
    with pytest.raises(PageError, match="no text"):
        text_of(kind, b"x")


@pytest.mark.parametrize(
    "part",
    ["<div>", "<!--", "<", "<!", "<a ", "<a", "&", "<table><tr><td>", "<ul><li>", "<b><i><p>", "<![CDATA[", "<?", "</x",
     "<p> ", "<pre>\n", "<script>", "<title>", "<svg><math>", "<p>x"],
)  # fmt: skip
def test_no_page_takes_long(part) -> None:
    began = time.thread_time()
    with suppress(PageError):
        assert len(text_of("text/html", (part * (MIB // len(part))).encode())) <= LONGEST
    assert time.thread_time() - began < 10
