"""Text of a stranger, in every costume: what GitHub or another bot would act on must be gone."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sentences.harmless import BREAK, code_block, harmless, inline_code, one_line, quoted

#: What would mean something if it stood there as it is.
ALIVE = re.compile(
    r"@[^\u200b\n]|#[0-9]|(?i:gh)-[0-9]|<[A-Za-z/!?]|&[#A-Za-z]|:[\\/]|(?i:www)[.\\]|!\[|\][(\[:]|\[[!^]|~~~[^\n~]"
)
LED = re.compile(r"^[ \t>]*(?:/|::|##\[|#{1,6}(?:\s|$))", re.MULTILINE)

MENTIONS = [
    "@org/team",
    "_@a_",
    "é@a",
    "`@a",
    "``@a`",
    "(@a)",
    "@@a",
    "\\@a",
    "@\u200da",
    "@\u00ada",
    "&#64;a",
    "&commat;a",
]
REFERENCES = [
    "#12",
    "fixes #12",
    "Closes: o/r#12",
    "GH-1",
    "gh-1",
    "#\u200b12",
    "&#35;12",
    "https://github.com/o/r/issues/1",
    "HTTPS://github.com/o/r/pull/1#issuecomment-2",
    "https:\\//github.com/o/r/commit/abc",
    "resolves https://github.com/o/r/issues/1",
]
PICTURES = [
    "![x](https://evil.test/?q=secret)",
    "[![x](a)](b)",
    "![x][y]\n\n[y]: https://evil.test",
    "<img src=x>",
    "<!-- hidden",
    "<a href='x'>y</a>",
    "<https://evil.test>",
    "<\u200bscript>",
    "</details>",
    "<details",
    "www.evil.test",
    "ftp://evil.test",
    "[a](<b c>)",
    "[a](b 'c')",
    "[^1]: note",
    "[a]\n(b)",
]


@pytest.mark.parametrize("text", MENTIONS + REFERENCES + PICTURES)
@pytest.mark.parametrize("frame", ["{}", "`{}`", "`{}", "```\n{}", "> {}", "- {}", "{0} {0}", "**{}**", "[{}](x)"])
def test_nothing_stays_alive(text: str, frame: str) -> None:
    for said in (harmless(frame.format(text)), one_line(frame.format(text)), quoted(frame.format(text))):
        assert not ALIVE.search(said), said


@pytest.mark.parametrize(
    "text",
    [
        "/lgtm",
        "  /approve",
        "> /merge",
        "a\n/intern help",
        "a\r/x",
        "a\u2028/x",
        "\u200b/x",
        "::set-env::",
        "##[x]",
        "# H",
    ],
)
def test_no_line_is_led_by_a_command_or_a_heading(text: str) -> None:
    for said in (harmless(text), quoted(text), one_line(text)):
        assert not LED.search(said)
    assert not re.search(r"^\s*(?:/|::|##\[)", code_block(text), re.MULTILINE)


@settings(deadline=None)
@given(st.text(st.sampled_from("@#1<a>/![]()`~&:\\ \n-=w.gGhH\u200b\u202e"), max_size=200))
def test_whatever_is_put_together_is_dead(text: str) -> None:
    said = harmless(text)
    assert not ALIVE.search(said)
    assert not LED.search(said)
    assert len(said) <= 3 * len(text) + 30


def test_words_stay_readable() -> None:
    assert harmless("Read [the guide](https://x.test) & run `parse(2)`.") == "Read the guide & run `parse(2)`."
    assert harmless("![a cat](https://x.test/c.png)") == "a cat"
    assert harmless("mail @ada").replace(BREAK, "") == "mail @ada"
    assert harmless("1 < 2, x&y: a/b") == f"1 < 2, x&{BREAK}y: a/b"


def test_setext_headings_rules_and_task_boxes_are_words() -> None:
    assert harmless("Title\n=====\nb\n---") == f"Title\n{BREAK}=====\nb\n{BREAK}---"
    assert harmless("1. # b\n> - - # c") == f"1. {BREAK}# b\n> - - {BREAK}# c"
    assert harmless("a\n- ") == f"a\n{BREAK}-"
    assert harmless("- [ ] do") == f"- [{BREAK} ] do"
    assert quoted("[!WARNING]\nx").startswith(f"> [{BREAK}!WARNING]")


def test_hidden_characters_vanish() -> None:
    assert harmless("a\u202eb\u200bc\x1b[0md\U000e0041\ufe0f\ud800") == "abc[0md"


def test_a_fence_keeps_its_code_and_is_closed() -> None:
    assert harmless("```mermaid\ngraph") == "```\ngraph\n```"
    assert harmless("~~~ a`b\nx") == "~~~\nx\n~~~"
    assert harmless("- ~~~mermaid\n") == f"- ~~{BREAK}~mermaid"
    assert harmless("````\n```\nx\n````\ny") == "````\n```\nx\n````\ny"
    assert harmless("`" * 25 + "\nx") == "'\nx"


@pytest.mark.parametrize("text", ["~~~", "```", "~~~ a", "```py", "a\r\nb\u2028c", "\u200b~~~"])
def test_one_line_is_one_line_and_opens_no_fence(text: str) -> None:
    assert "\n" not in one_line(text)
    assert not re.match(r"\s*(?:```|~~~)", one_line(text))


def test_a_code_span_stays_only_when_it_is_whole() -> None:
    assert harmless("a `b` c") == "a `b` c"
    assert harmless("a `b c") == "a 'b c"
    assert harmless("\\`a`` b") == "\\'a' b"


def test_length_is_kept_and_the_cut_is_shown() -> None:
    assert harmless("word " * 100, 30).endswith("[…]")
    assert len(harmless("x" * 100, 30)) == 30
    assert harmless("x" * 30, 30) == "x" * 30
    assert len(harmless("@" * 100, 30)) <= 60


@pytest.mark.parametrize(
    "text",
    [
        "@" * 2 * 10**5,
        "[" * 2 * 10**5,
        "![" * 2 * 10**5,
        "[a](" * 2 * 10**5,
        "`" * 2 * 10**5,
        "> " * 2 * 10**5,
        "- " * 2 * 10**5,
        "\u200b" * 2 * 10**5,
        "-_*" * 2 * 10**5,
        "```\n~~~\n" * 10**5,
        "<" * 2 * 10**5,
        "a\n" * 2 * 10**5,
        " \t" * 2 * 10**5,
    ],
    ids=lambda text: repr(text[:4]),
)
def test_a_huge_text_takes_no_longer_than_it_is_long(text: str) -> None:
    begun = time.process_time()
    harmless(text, 2 * 10**5)
    code_block(text, limit=2 * 10**5)
    inline_code(text)
    assert time.process_time() - begun < 10


def test_a_quote_is_a_quote_in_every_line() -> None:
    assert quoted("a\n\nb") == "> a\n>\n> b"
    assert quoted(" \n\u200b") == "> (nothing)"


@pytest.mark.parametrize("text", ["a", "`", "a`b", "``", "```", "`a`", "a``b`c", "a\n`b"])
def test_inline_code_holds_its_text(text: str) -> None:
    said = inline_code(text)
    fence = re.match(r"`+", said)
    assert fence is not None
    inside = said[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inside)
    assert inside.strip() == " ".join(text.split())
    assert inline_code("\u200b") == "(empty)"


def test_a_code_block_can_not_be_left() -> None:
    said = code_block("x\n```\n@a\n/lgtm\n`````\n\x1b]8;;\u202e", "text")
    assert said.startswith("``````text\n")
    assert said.endswith("\n``````")
    assert f"@{BREAK}a\n{BREAK}/lgtm" in said
    assert "\\x1b]8;;\\u202e" in said
    assert code_block("a", "py`\nthon") == "```\na\n```"
    assert len(code_block("`" * 100_000)) < 100
