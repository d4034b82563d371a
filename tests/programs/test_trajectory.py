"""The trajectory as a prompt tells it: new observations in full, old ones shortly, all within a limit."""

import pytest

from bot.programs.trajectory import OLD, told


def steps(*seen: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    for number, text in enumerate(seen):
        entries |= {f"thought_{number}": f"why {number}", f"tool_name_{number}": "look", f"tool_args_{number}": "{}"}
        entries[f"observation_{number}"] = text
    return entries


LONG = "a line of some length\n" * 100


def test_only_the_newest_are_told_in_full() -> None:
    text = told(steps(LONG, LONG, LONG), 20_000, newest=1)
    first, second, third = text.split("Step ")[1:]
    assert first.startswith("1: why 0\nlook {}\na line")
    assert len(first) < OLD + 40
    assert len(second) < OLD + 40
    assert LONG.strip() in third


@pytest.mark.parametrize("limit", [600, 1500, 3000])
def test_the_limit_is_kept_and_the_last_one_keeps_most(limit) -> None:
    text = told(steps(LONG, LONG, LONG), limit, newest=3)
    assert len(text) <= limit
    first, second, third = text.split("Step ")[1:]
    assert len(first) <= len(second) <= len(third)


def test_what_dspy_took_away_is_not_missed() -> None:
    entries = steps("one", "two")
    for key in ("thought_0", "tool_name_0", "tool_args_0", "observation_0"):
        del entries[key]
    assert told(entries, 1000, newest=2) == "Step 1: why 1\nlook {}\ntwo"


def test_nothing_is_said_to_be_none() -> None:
    assert told({}, 1000, newest=2) == "none"
