"""A model that does what it should not, seen from outside: each job stays within its bounds and ends in plain words."""

import json
from pathlib import Path

import pytest

from bot.demo.run import sample_files
from bot.standins.replayed_model import Reply
from bot.words.budget import Budget
from tests.journeys.conftest import Day, DayMaker
from tests.journeys.script import GOOD, looks, sections, solution

pytestmark = pytest.mark.rooms

#: Tests of the repository may take so long: who hangs is found out soon.
FILES = {**dict(sample_files()), ".github/intern.yml": "tests: {seconds: 20}\n"}
CANARY = Path("/tmp/intern-bad-input-canary")  # noqa: S108 - a name that code in a room writes to


def ended(today: Day, title: str = "") -> str:
    """Somebody asks; nothing is published, and this is what they are told."""
    issue = today.issue(title=title)
    today.labels(issue)
    today.passes()
    assert (today.pulls, [name for name in today.repository.branches if name.startswith("intern/")]) == ([], [])
    return today.told(issue)


def prompts(today: Day) -> list[str]:
    return ["\n".join(message["content"] for message in body["messages"]) for body in today.model.requests]


def step(tool: str, times: int = 1, **arguments: object) -> Reply:
    """The planner wants to use a tool."""
    text = sections(next_thought="Look.", next_tool_name=tool, next_tool_args=json.dumps(arguments))
    return Reply(text, when=("next_tool_name",), times=times)


def planned(modules: object, title: str) -> Reply:
    """The plan of the issue with this title."""
    text = sections(reasoning="So.", summary="All of it.", modules=json.dumps(modules), test_strategy="It works.")
    return Reply(text, when=("test_strategy", title), times=0)


def test_a_planner_that_goes_astray_ends_in_a_sentence(day: DayMaker) -> None:
    many = [{"path": f"tempo/part_{number}.py", "purpose": "a part"} for number in range(200)]
    outside = [{"path": "../../outside.py", "purpose": "x"}, {"path": "/etc/cron.py", "purpose": "x"}]
    today = day(
        [
            step("delete_repository", path="/"),
            step("read_file", path="no/such/file.py"),
            step("search_code", times=4, text="durations"),
            planned([], "Nothing"),
            looks(),
            planned(many, "Two hundred"),
            planned(outside, "Outside"),
        ]
    )
    today.given(FILES)
    told = ended(today, "Nothing is planned")
    assert "**I can't do this one.** The model was asked twice and would change nothing: All of it. If you see" in told
    seen = prompts(today)
    assert len(seen) == 6 + 2, "six looks, a plan, and one more chance"
    assert "There is no tool 'delete_repository'" in seen[1]
    assert "There is no file 'no/such/file.py'" in seen[2]
    assert "You did this before" in seen[4]
    assert "The plan names 200 files; at most 8 are possible." in ended(today, "Two hundred modules")
    assert "'../../outside.py' is no relative path of a file." in ended(today, "Outside of the workspace")


SCRIPT = "export function parseDuration(text) {\n  return text.split('h').length * 60;\n}\n"
ENDLESS = f"{GOOD}\n\nwhile True:\n    pass\n"
LOUD = 'from tempo.durations import parse_duration\n\n\ndef test_it():\n    line = "x" * 1_000_000\n'
LOUD += '    for _ in range(100):\n        print(line)\n    assert parse_duration("1h30m") == 5400\n'
HANGING = "from tempo.durations import parse_duration\n\n\ndef test_it():\n"
HANGING += '    while parse_duration("60s"):\n        pass\n    assert parse_duration("1h30m") == 5400\n'
DELETING = (
    f"{GOOD}\n\nimport shutil\n\nfor place in ('/workspace', '/'):\n    shutil.rmtree(place, ignore_errors=True)\n"
)
WRITING = f"""{GOOD}

import pathlib

pathlib.Path("{CANARY}").write_text("out")
pathlib.Path("/workspace/../etc/passwd").write_text("root::0:0::/:/bin/sh")
"""


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param(
            solution(SCRIPT), "wrote no usable code for tempo/durations.py: The new text is no valid", id="JS"
        ),
        pytest.param(solution(tested=HANGING), "The new tests on the patch timed out after 0 of", id="hangs"),
        pytest.param(solution(tested=LOUD), "did not end by themselves (output too large)", id="prints 100 MB"),
        pytest.param(solution(DELETING), "`tempo/durations.py` asks for what only a test run has", id="deletes all"),
        pytest.param(solution(WRITING), "`tempo/durations.py` asks for what only a test run has", id="writes outside"),
    ],
)
def test_harm_is_never_published_and_the_reason_is_plain(day: DayMaker, script: list[Reply], words: str) -> None:
    today = day(script, budget=Budget(attempts=1, minutes=4))
    today.given(FILES)
    told = ended(today)
    assert "**I could not prove a change, so nothing was published.**" in told
    assert words in told
    assert "What would help: " in told
    assert len(told) < 8000
    assert max(len(prompt) for prompt in prompts(today)) < 24_000
    assert not CANARY.exists()


def test_an_import_that_never_ends_ends_with_the_time_of_the_job(day: DayMaker) -> None:
    today = day(solution(ENDLESS), budget=Budget(attempts=1, minutes=1))
    today.given(FILES)
    told = ended(today)
    assert "**The budget is used up, so nothing was published.**" in told
    assert any(words in told for words in ("no time is left", "1 of 1 minutes"))
