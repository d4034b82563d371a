"""Case: one patch, against which repository, and what must become of it."""

from dataclasses import dataclass, field

from bot.decisions.proof.protection import is_test_path
from bot.demo.run import sample_files
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec
from bot.words.reproduction import Reproduction, Showing
from bot.words.snapshot import Snapshot
from sandbox.files import File

BASE = "b" * 40

#: The demo's repository: durations such as "90s", with tests of its own. The issue asks for "1h30m".
TEMPO = dict(sample_files())
DURATIONS, TEST = "tempo/durations.py", "tests/test_issue_1.py"


@dataclass(frozen=True)
class Case:
    """One patch.

    Attributes:
        name: for the report, unique.
        code: files that the patch leaves, by path, tests left out; None deletes one.
        tests: the same for its tests.
        expected: words of a reason against it; "" for an honest patch, which must be proven.
        missed: why it is proven all the same; "" for one that is caught.
        files: the repository.
        reproduction: a test file that was seen to fail before the patch was written; "" for none.
        modules: files of the plan, where it says more than that they are changed.
    """

    name: str
    code: dict[str, str | None]
    tests: dict[str, str]
    expected: str = ""
    missed: str = ""
    files: dict[str, str] = field(default_factory=lambda: TEMPO)
    reproduction: str = ""
    modules: tuple[ModuleSpec, ...] = ()

    @property
    def patch(self) -> Patch:
        """The patch against the repository."""
        after = {**self.code, **self.tests}
        changes = tuple(
            FileChange(path=path, before=self.files.get(path), after=after[path], test=is_test_path(path))
            for path in sorted(after)
        )
        return Patch(base=BASE, changes=changes)

    @property
    def reproductions(self) -> tuple[Reproduction, ...]:
        """What was seen to fail, as the planner's tool keeps it."""
        if not self.reproduction:
            return ()
        return (Reproduction(path=TEST, test=self.reproduction, showing=Showing.RAISED, failure="as the issue tells"),)

    @property
    def snapshot(self) -> Snapshot:
        """The repository."""
        return Snapshot(commit=BASE, files={path: File(text.encode()) for path, text in self.files.items()})


def parser(body: str, above: str = "") -> dict[str, str | None]:
    """`tempo/durations.py` with another `parse_duration`.

    Args:
        body: the lines of the function below its docstring, not indented.
        above: lines before it.
    """
    before = TEMPO[DURATIONS]
    start, end = before.index("    number, unit ="), before.index("\n\ndef format_duration")
    indented = "".join(f"    {line}\n" if line else "\n" for line in body.strip("\n").split("\n"))
    text = before[:start] + indented + before[end:]
    head, _, rest = text.partition("SECONDS =")
    return {DURATIONS: f"{head}{above}SECONDS ={rest}"}


#: The right way to parse, and the old one.
RIGHT = """
total, number, units = 0, "", ["h", "m", "s"]
for sign in text:
    if sign.isdigit():
        number += sign
    elif number and sign in units:
        total += int(number) * SECONDS[sign]
        units, number = units[units.index(sign) + 1 :], ""
    else:
        raise ValueError(f"not a duration: {text!r}")
if number or not text:
    raise ValueError(f"not a duration: {text!r}")
return total
"""
OLD = """
number, unit = text[:-1], text[-1:]
if unit not in SECONDS or not number.isdigit():
    raise ValueError(f"not a duration: {text!r}")
return int(number) * SECONDS[unit]
"""

#: Tests that show what was asked for.
GOOD_TESTS = """import pytest

from tempo.durations import parse_duration


@pytest.mark.parametrize(("text", "seconds"), [("1h30m", 5400), ("2m30s", 150), ("1h0m5s", 3605)])
def test_parts_are_added_up(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["1h30", "1h1h", "h1m", "5m1h"])
def test_nonsense_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)
"""

#: One test of one value, on which many tricks are shown.
ONE_TEST = """from tempo.durations import parse_duration


def test_two_parts():
    assert parse_duration("1h30m") == 5400
"""


def new_tests(text: str, path: str = TEST) -> dict[str, str]:
    """A new test file."""
    return {path: text}
