"""What the scripted model says."""

from bot.standins.replayed_model import Reply

GOOD = '''"""Parse and format durations."""

import re

SECONDS = {"s": 1, "m": 60, "h": 3600}


def parse_duration(text: str) -> int:
    """Seconds of a duration such as "90s" or "1h30m". Raises ValueError for anything else."""
    parts = re.findall(r"([0-9]+)([smh])", text)
    units = [unit for _, unit in parts]
    if not parts or "".join(number + unit for number, unit in parts) != text or len(set(units)) < len(units):
        raise ValueError(f"not a duration: {text!r}")
    return sum(int(number) * SECONDS[unit] for number, unit in parts)


def format_duration(seconds: int) -> str:
    """A duration in its largest whole unit: 90 is "90s", 120 is "2m"."""
    for unit in ("h", "m"):
        if seconds and seconds % SECONDS[unit] == 0:
            return f"{seconds // SECONDS[unit]}{unit}"
    return f"{seconds}s"
'''

TESTS = """from tempo.durations import parse_duration


def test_parts_are_added_up():
    assert parse_duration("1h30m") == 5400
"""


def sections(**fields: str) -> str:
    """A reply in sections."""
    return "\n\n".join(f"[[ ## {name} ## ]]\n{text}" for name, text in fields.items()) + "\n\n[[ ## completed ## ]]\n"


def looks() -> Reply:
    """The planner knows enough at once."""
    return Reply(
        sections(next_thought="One file.", next_tool_name="finish", next_tool_args="{}"),
        when=("next_tool_name",),
        times=0,
    )


def plans(path: str = "tempo/durations.py") -> Reply:
    """A plan for one file."""
    modules = f'[{{"path": "{path}", "purpose": "Add the parts up.", "definitions": ["parse_duration"]}}]'
    plan = sections(
        reasoning="Add up.", summary="Add the parts up.", modules=modules, test_strategy="1h30m is 5400 seconds."
    )
    return Reply(plan, when=("test_strategy",), times=0)


def writes(code: str, *, when: str = "Write the Python code of one file", times: int = 0) -> Reply:
    """The code of the file; also when it is asked to correct it."""
    text = sections(reasoning="Done.", fault="code", generated_code=code, check="import tempo")
    return Reply(text, when=(when,), times=times)


def new_tests(text: str) -> Reply:
    """The new tests."""
    return Reply(sections(reasoning="Exact.", tests=text), when=("Write pytest tests for the change",), times=0)


def solution(code: str = GOOD, tested: str = TESTS, path: str = "tempo/durations.py") -> list[Reply]:
    """A script that writes this code and these tests, again and again."""
    corrected = writes(code, when="Correct the previous code of one file")
    return [looks(), plans(path), writes(code), corrected, new_tests(tested)]
