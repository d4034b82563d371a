"""The trajectory as a prompt tells it: new observations in full, old ones shortly, all within a limit."""

import pytest

from bot.programs.remembered import kept, words_of
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


def reading(path: str, count: int = 80, wanted: int = 0) -> str:
    """What read_file says of a file of functions; the one of that number does what the issue speaks of."""
    lines = [f"{n}: def rule_{path[0]}{n}(amount):" for n in range(1, count)]
    if wanted:
        lines[wanted : wanted + 1] = [f"{wanted}: def round_half_up(amount):", f"{wanted}:     return floor(amount)"]
    return "\n".join([f"{path}, {len(lines)} lines:", *lines])


ISSUE = "Amounts of half a cent are rounded down\n\n`round_half_up(0.5)` gives 0 and should give 1."


def test_of_an_old_observation_the_lines_stay_that_the_issue_speaks_of() -> None:
    text = told(steps(reading("a.py", wanted=60), LONG, LONG), 20_000, 2, ISSUE)
    first = text.split("Step ")[1]
    assert "a.py, 80 lines:" in first
    assert "60: def round_half_up(amount):\n60:     return floor(amount)" in first
    assert "characters of it are left out" in first
    assert "round_half_up" not in told(steps(reading("a.py", wanted=60), LONG, LONG), 20_000, 2).split("Step ")[1]


def test_old_observations_take_no_more_than_before_however_they_share_it() -> None:
    seen = (reading("a.py", wanted=60), "nothing", reading("b.py"), reading("c.py", wanted=5), LONG, LONG)
    text = told(steps(*seen), 20_000, 2, ISSUE)
    old = text.split("Step 5")[0]
    heads = sum(len(f"Step {n}: why {n - 1}\nlook {{}}\n\n\n") for n in range(1, 5))
    assert len(old) - heads <= 3 * OLD + len("nothing")


def test_what_was_read_again_leaves_its_room_to_what_the_planner_goes_on_to_speak_of() -> None:
    entries = steps(reading("a.py", 40), reading("b.py"), reading("c.py"), reading("a.py", 44), LONG, LONG)
    entries["thought_5"] = "c.py must hold it, in rule_c70."
    first, second, third = text_of_steps(entries)[:3]
    assert len(first) < 120
    assert "rule_c70" in third
    assert len(third) > len(second) + 200


def text_of_steps(entries: dict[str, str]) -> list[str]:
    return told(entries, 20_000, 2, ISSUE).split("Step ")[1:]


@pytest.mark.parametrize("limit", [80, 81, 120, 160, 333, 500, 1500])
@pytest.mark.parametrize("text", [reading("a.py", wanted=60), LONG, "x" * 3000, "half\n" * 600, "\n" * 2000])
def test_what_is_kept_is_never_longer_than_it_may_be(limit, text) -> None:
    assert len(kept(text, limit, words_of(ISSUE, ["a.py rule_a1"]))) <= limit


def test_without_space_it_is_still_what_the_issue_speaks_of_that_stays() -> None:
    text = told(steps(reading("a.py", wanted=60), reading("b.py")), 2600, 9, ISSUE)
    assert len(text) <= 2600
    assert "60: def round_half_up(amount):" in text
