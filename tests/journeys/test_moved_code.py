"""Code that moves, seen from outside: its tests are what shows that it still works, so none of them changes."""

import json
from typing import Any

import pytest

from bot.demo.run import sample_files
from bot.standins.replayed_model import Reply
from tests.journeys.conftest import Day, DayMaker
from tests.journeys.script import looks, new_tests, sections

pytestmark = pytest.mark.rooms

ISSUE = "Parsing in a module of its own", "`parse_duration` should be had from `tempo.parsing`, too."
BASE: dict[str, Any] = dict(sample_files())
OLD = BASE["tempo/durations.py"]
PARSING = OLD.partition("\n\ndef format_duration")[0].replace("Parse and format", "Parse")
FORMATTING = (
    '"""Format durations."""\n\nfrom tempo.parsing import SECONDS\n\n\ndef format' + OLD.partition("def format")[2]
)

REEXPORT = """from tempo.parsing import SECONDS, parse_duration

__all__ = ["SECONDS", "format_duration", "parse_duration"]"""

PARTS: dict[str, dict[str, Any]] = {
    "tempo/parsing.py": {"purpose": "Parses.", "definitions": ["SECONDS", "parse_duration"]},
    "tempo/formatting.py": {"purpose": "Formats.", "definitions": ["format_duration"]},
    "tempo/durations.py": {"purpose": "Gives both.", "definitions": ["SECONDS", "parse_duration"]},
    "tempo/__init__.py": {"purpose": "Takes both from where they are."},
}
#: They look at both sides of everything that the moved lines decide: nothing moved may be untried.
TESTS = """import pytest

from tempo.parsing import parse_duration


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("5m", 300), ("2h", 7200), ("0s", 0)])
def test_a_duration_is_parsed_there(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "5x", "-5m"])
def test_nonsense_is_refused_there(text):
    with pytest.raises(ValueError, match="not a duration: " + repr(text)):
        parse_duration(text)
"""


def moves(written: dict[str, str], deleted: tuple[str, ...] = (), tested: str = TESTS) -> list[Reply]:
    """A model that plans these files, and writes or deletes them."""
    modules: list[dict[str, Any]] = [{"path": path, **PARTS[path]} for path in written]
    modules += [{"path": path, "delete": True} for path in deleted]
    plan = sections(reasoning="Move.", summary="Move it.", modules=json.dumps(modules), test_strategy="It is there.")
    script = [looks(), Reply(plan, when=("test_strategy",), times=0), new_tests(tested)]
    for path, text in written.items():
        code = sections(reasoning="Moved.", fault="code", generated_code=text, check="import tempo")
        script.append(Reply(code, when=(f"File: {path}, imported as",), times=0))
    return script


def asked(day: DayMaker, script: list[Reply], files: dict[str, Any]) -> Day:
    """The issue is labelled, and comes to its end."""
    today = day(script)
    today.given(files)
    today.labels(today.issue(*ISSUE))
    today.passes()
    return today


def test_a_module_moves_and_leaves_its_names_where_they_were(day: DayMaker) -> None:
    stays = OLD.partition("SECONDS")[0] + REEXPORT + "\n\n\ndef format" + OLD.partition("def format")[2]
    tied = {
        **BASE,
        "tests/test_place.py": "from tempo.durations import parse_duration\n\n\ndef test_place():\n"
        '    assert parse_duration("1h") == 3600\n',
    }
    left = OLD[OLD.index("SECONDS") : OLD.index("\n\n\ndef format")]
    block = f"<<<<<<< SEARCH\n{left}\n=======\n{REEXPORT}\n>>>>>>> REPLACE\n"
    today = asked(day, moves({"tempo/parsing.py": PARSING, "tempo/durations.py": block}), tied)
    (pull,) = today.pulls
    files = today.repository.read(pull.head)
    assert files["tempo/parsing.py"].decode() == PARSING
    assert files["tempo/durations.py"].decode() == stays
    assert files["tests/test_place.py"].decode() == tied["tests/test_place.py"]
    assert "- `tempo/parsing.py` (new" in pull.body
    assert "**Existing tests:** all 11 passed before the change and after it." in pull.body


def test_a_module_moves_and_goes_where_no_test_knows_its_place(day: DayMaker) -> None:
    package = BASE["tempo/__init__.py"].replace(
        "from tempo.durations import format_duration, parse_duration",
        "from tempo.formatting import format_duration\nfrom tempo.parsing import parse_duration",
    )
    written = {"tempo/parsing.py": PARSING, "tempo/formatting.py": FORMATTING, "tempo/__init__.py": package}
    tested = TESTS + (
        "\n\ndef test_seconds_are_formatted_there():\n"
        "    from tempo.formatting import format_duration\n\n"
        '    assert [format_duration(n) for n in (0, 59, 60, 3600, 7260)] == ["0s", "59s", "1m", "1h", "121m"]\n'
    )
    today = asked(day, moves(written, ("tempo/durations.py",), tested), BASE)
    (pull,) = today.pulls
    files = today.repository.read(pull.head)
    assert "tempo/durations.py" not in files
    assert files["tests/test_durations.py"].decode() == BASE["tests/test_durations.py"]
    assert "- `tempo/durations.py` (deleted" in pull.body
    assert "**Existing tests:** all 10 passed before the change and after it." in pull.body
