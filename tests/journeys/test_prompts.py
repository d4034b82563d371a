"""With the default window no prompt has more than 24,000 characters, whatever the issue and the repository hold."""

import pytest

from bot.demo.run import sample_files, sample_issue
from bot.programs.ledger import PROMPT
from bot.standins.replayed_model import Reply
from bot.words.budget import Budget
from tests.journeys.conftest import DayMaker, characters
from tests.journeys.script import GOOD, TESTS, new_tests, plans, sections, writes

pytestmark = pytest.mark.rooms

#: A helper of the large file, of which there are many.
HELPER = """

def parse_duration_of_kind_{number}(text: str) -> int:
    \"\"\"Seconds of a duration of kind {number}, which parse_duration does not know.\"\"\"
    return parse_duration(text) * {number}
"""
WRONG = GOOD.replace("int(number) * SECONDS[unit]", "int(number)")
#: A test that prints a lot before it fails.
LOUD = TESTS.replace("    assert", "    print('loud ' * 2_000)\n    assert")


def looks_at(path: str, last_line: int) -> Reply:
    args = f'{{"path": "{path}", "last_line": {last_line}}}'
    return Reply(
        sections(next_thought="I read on. " * 60, next_tool_name="read_file", next_tool_args=args),
        when=("next_tool_name",),
        times=1,
    )


def test_a_long_issue_about_a_large_file_with_a_loud_test(day: DayMaker) -> None:
    large = "".join(HELPER.format(number=number) for number in range(2, 90))
    wrong = "\n".join(f"# >>> {name}\n{code}" for name, code in definitions(WRONG))
    finish = Reply(sections(next_tool_name="finish"), when=("next_tool_name",), times=0)
    script = [
        *(looks_at("tempo/durations.py", last) for last in range(80, 480, 80)),
        finish,
        plans(),
        writes(wrong),
        writes(wrong, when="Correct the previous code of one file"),
        new_tests(LOUD),
    ]
    today = day(script, budget=Budget(attempts=2))
    files = dict(sample_files())
    files["tempo/durations.py"] = as_text(files["tempo/durations.py"]) + large
    files |= {f"docs/chapter_{number}.md": "parse_duration " * 900 for number in range(30)}
    today.given(files)
    title, body = sample_issue()
    today.labels(
        today.issue(title, body + "\n\nIt happens with parse_duration like so:\n" + "a long log line\n" * 3000)
    )
    today.passes()
    sizes = [characters(request) for request in today.model.requests]
    assert len(sizes) >= 8
    assert max(sizes) <= PROMPT
    assert max(sizes) > PROMPT * 0.8, "else this shows nothing"
    assert today.pulls == []


def definitions(code: str) -> list[tuple[str, str]]:
    """The one function that changes."""
    start, end = code.index("def parse_duration"), code.index("def format_duration")
    return [
        ("imports", "import re"),
        ("SECONDS", 'SECONDS = {"s": 1, "m": 60, "h": 3600}'),
        ("parse_duration", code[start:end]),
    ]


def as_text(data: object) -> str:
    return data.decode() if isinstance(data, bytes) else str(data)
