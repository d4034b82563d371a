import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.admission.commands import read_command
from bot.words.command import Command, Help, Refine, Retry, Start, Status, Stop, Unknown


@pytest.mark.parametrize(
    "text",
    [
        "/intern start",
        "/intern START",
        "  /intern start  ",
        "Hello\n\n/intern start\r\nthanks",
        "/intern\tstart",
        "/intern start --model=evil --yes",
        "> quoted\n\n/intern start",
        "> quoted\n/intern start",
        "```\n/intern refine no\n```\n/intern start",
        "``` not closed by this ~~~\nx\n```\n/intern start",
        "````\n```\n/intern help\n````\n/intern start",
        "~~~ python\n```\n~~~\n/intern start",
        "<!-- a -->\n/intern start",
        "<!--\n/intern help\n-->\n/intern start",
        "`code`\n/intern start",
        "an open ` tick\n/intern start",
        "an open `` tick and ` another\n/intern start",
        "a <!-- that never ends\n/intern start",
        "`<!--` is how it starts\n/intern start",
        "\\`a\n/intern start\nb`",
        "`a\n\n/intern start\n`",
        "text\n    /intern help\n/intern start",
        "- ```\n  /intern help\n  ```\n/intern start",
        "/intern start\n/intern help",
    ],
)
def test_a_start(text: str) -> None:
    assert read_command(text) == Start()


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/intern stop", Stop()),
        ("no, not that\n\n/intern Stop  \nplease", Stop()),
        ("/intern retry", Retry()),
        ("/intern retry with a larger budget", Retry()),
        ("/intern status", Status()),
        ("/intern status\n/intern stop", Status()),
    ],
)
def test_commands_of_one_word(text: str, command: Command) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "please /intern start",
        "/internal",
        "/internals start",
        "/intern-start",
        "/interned",
        "intern start",
        "//intern start",
        "> /intern start",
        ">/intern start",
        "  > /intern start",
        "> > /intern start",
        "    /intern start",
        "\t/intern start",
        " \t/intern start",
        "`/intern start`",
        "```\n/intern start\n```",
        "```\n/intern start",
        "~~~\n/intern start\n```\n",
        "````\n/intern start\n```\n/intern start",
        "```\n~~~\n/intern start\n```",
        "<!-- /intern start -->",
        "<!--\n/intern start\n-->",
        "<!--\n\n\n/intern start",
        "<!--\n```\n/intern start\n-->",
        "text <!-- begins\n/intern start\nends -->",
        "`begins\n/intern start\nends`",
        "``a ` b\n/intern start\n``",
        "1. ```sh\n   /intern start\n   ```",
        "- /intern start",
        "* /intern start",
        "# /intern start",
        "| /intern start |",
        "text\u2028/intern start",
        "text\x0b/intern start",
        "text\x0c/intern start",
        "\u200b/intern start",
        "\\/intern start",
        "/ıntern start",
    ],
)
def test_no_command(text: str) -> None:
    assert read_command(text) is None


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("/intern refine use a dict", "use a dict"),
        ("/intern Refine   use a dict  ", "use a dict"),
        ("/intern refine\nuse a dict", "use a dict"),
        ("/intern refine use\n\na dict\n", "use\n\na dict"),
        (
            "/intern refine like this:\r\n```\ncode\r\n/intern help\n```\nend",
            "like this:\n```\ncode\n/intern help\n```\nend",
        ),
        ("/intern refine\n> quoted\n/intern help", "> quoted"),
        ("/intern refine a\n> /intern start\nb", "a\n> /intern start\nb"),
        ("/intern refine a <!-- b\n/intern start\n--> c", "a <!-- b\n/intern start\n--> c"),
        ("/intern refine --model=evil", "--model=evil"),
        ("/intern refine /intern start", "/intern start"),
        ("hi\n/intern refine a\n/intern start\nb", "a"),
    ],
)
def test_refine_takes_the_text_up_to_the_next_command(text: str, request_: str) -> None:
    assert read_command(text) == Refine(request=request_)


def test_help() -> None:
    assert read_command("/intern help me") == Help()


@pytest.mark.parametrize("text", ["/intern refine", "/intern refine  \n \n", "/intern refine\n/intern start"])
def test_a_refinement_must_say_what(text: str) -> None:
    command = read_command(text)
    assert isinstance(command, Unknown)
    assert command.word == "refine"
    assert "/intern refine <what to change>" in command.hint


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("/intern", ""),
        ("/intern  ", ""),
        ("/intern merge now", "merge"),
        ("/intern @alice", "@alice"),
        ("/intern " + "x" * 9999, "x" * 40),
    ],
)
def test_an_unknown_word_gets_a_hint_that_does_not_repeat_it(text: str, word: str) -> None:
    command = read_command(text)
    assert isinstance(command, Unknown)
    assert command.word == word
    assert "`/intern help`" in command.hint
    assert not word or word not in command.hint
    assert read_command(command.hint) is None  # our own words never command us


@pytest.mark.parametrize(
    "text",
    [
        "`" * 99_999,
        "`a" * 50_000,
        "<!--" * 25_000,
        "\n<!--" * 20_000,
        "-->" * 30_000,
        "/intern " + " " * 99_999 + "x",
        " " * 99_999,
        "- " * 50_000 + "```",
        "1. " * 33_000,
        "\\" * 99_999,
        "``` `" * 20_000,
        "/intern refine x\n" * 6_000,
        "".join("`" * n + " " for n in range(1, 440)),
        "> " * 50_000,
        "```\n" * 25_000,
        "\n".join("`" * (n % 50 + 1) for n in range(4_000)),
    ],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    started = time.process_time()
    read_command(text)
    assert time.process_time() - started < 0.5


PIECES = [
    "/intern start",
    "/intern refine a",
    "/intern",
    "\n",
    "\n\n",
    "`",
    "```",
    "~~~",
    ">",
    "<!--",
    "-->",
    "    ",
    "x",
    "\\",
    "- ",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_a_command_or_none_and_fencing_it_makes_it_none(text: str) -> None:
    read_command(text)
    assert read_command("~~~~~~~~~~\n" + text.replace("~", "-") + "\n~~~~~~~~~~") is None
    assert read_command("\n".join(f"> {line}" for line in text.split("\n"))) is None
