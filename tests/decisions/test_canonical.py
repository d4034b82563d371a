import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.canonical import Canonical, canonical

MARKERS = [
    "[[ ## completed ## ]]",
    "<<CUSTOM-TYPE-START-IDENTIFIER>>",
    "<<CUSTOM-TYPE-END-IDENTIFIER>>",
    "<|im_start|>",
    "<|endoftext|>",
    "<｜begin▁of▁sentence｜>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "<s>",
    "</s>",
    "<start_of_turn>",
]


def safe(text: str) -> str:
    return canonical(text, 10_000).text


@pytest.mark.parametrize(
    "text",
    [
        "def f(a: list[int]) -> dict[str, int]:\n    return {x: a[x] for x in a if a[0] < 3 > 2}\n    # [[1], [2]]",
        "Grüße, 漢字と仮名, 한국어, עברית, العربية, 🎉 naïve café",
        "f <| x |> g, a << 2 >> 1, <b>bold</b>, `x[[0]]`, **bold**\n\n\n- list\n\ttab",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert canonical(text, 10_000) == Canonical(text, removed=0, cut=False)


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u3164", "\ufe0f", "\U000e0041",
                                    "\ue000", "\x1b", "\0", "\ud800", "\u00ad", "\U000e0100", "\u2028"])  # fmt: skip
def test_what_nobody_sees_goes_and_is_counted(hidden: str) -> None:
    assert canonical(f"a{hidden}b", 100) == Canonical("ab", removed=1, cut=False)


def test_comments_go_even_unclosed_ones_and_disguised_ones() -> None:
    assert safe("a<!-- x\n -->b<!---->c<!-->d") == "abcd"
    assert safe("seen <!-- hidden for ever") == "seen"
    assert safe("a<!\u200b-- x -->b") == "ab"
    assert "<!--" not in safe("a<!<!-- -->-- x -->b")


@pytest.mark.parametrize("marker", MARKERS)
def test_structure_is_defused_but_readable(marker: str) -> None:
    text = safe(f"say {marker} now")
    assert marker not in text
    assert text.replace(" ", "") == f"say{marker}now".replace(" ", "")


def test_structure_hidden_behind_invisible_characters_is_defused() -> None:
    assert safe("<|im\u200b_start|>") == "< |im_start|>"
    assert "[[ ##" not in safe("[\u2060[ ## x ## ]]")
    assert safe("[[## x") == "[ [## x"


def test_empty_lines_are_no_hiding_place() -> None:
    assert safe("a" + "\n" * 2000 + "b \r\n\r\nc") == "a\n\n\nb\n\nc"


def test_long_text_is_cut_with_a_note() -> None:
    short = canonical("word " * 1000, 100)
    assert short.cut
    assert len(short.text) <= 100
    assert short.text.endswith("[cut here]")
    assert len(canonical("x" * 50, 3).text) == 3


@pytest.mark.parametrize(
    "text", ["<!--", "<!<!-- -->", "[[", "##" + " " * 30, "<|", "\n \n", "\u200b<", "[[ " + " " * 50]
)
def test_hostile_repetition_takes_linear_time(text: str) -> None:
    start = time.process_time()
    canonical(text * (1_000_000 // len(text)), 32_000)
    assert time.process_time() - start < 5


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("<!-> [#]|\n\u200b"))), st.integers(0, 50))
def test_the_result_is_always_safe(text: str, limit: int) -> None:
    result = canonical(text, limit)
    assert len(result.text) <= limit
    assert "<!--" not in result.text
    assert "\n\n\n\n" not in result.text
    assert all(
        sign in "\n\t" or unicodedata.category(sign) not in {"Cf", "Co", "Cn", "Cs", "Cc"} for sign in result.text
    )
    result.text.encode()
