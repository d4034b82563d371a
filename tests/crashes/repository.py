"""Alice's repository, her issue, and a model that knows the answer. Saved jobs depend on every letter of the files."""

from bot.standins.replayed_model import Reply
from tests.journeys.script import GOOD, TESTS, looks, new_tests, plans, solution, writes

FILES = {
    "README.md": "# tempo\n",
    "tempo/__init__.py": "",
    "tempo/durations.py": '''"""Parse and format durations."""

SECONDS = {"s": 1, "m": 60, "h": 3600}


def parse_duration(text: str) -> int:
    """Seconds of a duration such as "90s" or "2h". Raises ValueError for anything else."""
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in SECONDS:
        raise ValueError(f"not a duration: {text!r}")
    return int(number) * SECONDS[unit]


def format_duration(seconds: int) -> str:
    """A duration in its largest whole unit: 90 is "90s", 120 is "2m"."""
    for unit in ("h", "m"):
        if seconds and seconds % SECONDS[unit] == 0:
            return f"{seconds // SECONDS[unit]}{unit}"
    return f"{seconds}s"
''',
    "tests/test_durations.py": """import pytest

from tempo.durations import format_duration, parse_duration


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("2m", 120), ("1h", 3600)])
def test_parse(text, seconds):
    assert parse_duration(text) == seconds


def test_nonsense():
    with pytest.raises(ValueError):
        parse_duration("soon")


def test_format():
    assert format_duration(120) == "2m"
""",
}

TITLE = "`parse_duration` should understand `1h30m`"
BODY = "Our timers are written like `1h30m`. It should add the parts up: 5400 seconds."
REQUEST = "/intern refine Accept capital letters."

LOUDER = GOOD.replace("text)", "text.lower())", 1).replace("!= text or", "!= text.lower() or")
LOUDER_TESTS = TESTS + '\n\ndef test_capitals():\n    assert parse_duration("1H30M") == 5400\n'


def solving() -> list[Reply]:
    """A model that solves the issue."""
    return solution()


def stumbling() -> list[Reply]:
    """A model whose first attempt is wrong and whose second is right."""
    wrong = GOOD.replace("int(number) * SECONDS[unit]", "int(number)")
    return [
        looks(),
        plans(),
        writes(wrong),
        writes(GOOD, when="Correct the previous code of one file"),
        new_tests(TESTS),
    ]


def refining() -> list[Reply]:
    """A model that does what the refinement asks for."""
    return [looks(), plans(), writes(LOUDER, when="Correct the previous code of one file"), new_tests(LOUDER_TESTS)]
