"""The repository's own formatter, really installed and run in a room."""

from dataclasses import replace

import pytest

from bot.decisions.editing.formatters import formatters_of
from bot.programs.formatter import Formatter
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan
from bot.words.reproduction import Reproduction, Showing
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from bot.workflow.finishing import Finishing, find_formatter
from sandbox.environment.needs import Needs
from sandbox.files import File, Tree
from sandbox.room import Sandbox
from tests.programs.world import DownSandbox

pytestmark = pytest.mark.rooms

SETTINGS = """\
[tool.ruff]
line-length = 60
lint.select = ["I"]
[tool.ruff.format]
quote-style = "single"
[dependency-groups]
dev = ["ruff>=0.9,<1"]
"""
OLD = "import os\nimport sys\n\nx = {  'a':1 }\n\n\ndef f(a):\n    return os, sys, a\n"
NEW = OLD.replace("import os\n", "import json\nimport os\n") + 'def g( a ):\n    return json.dumps( {"a" : a} )\n'
FORMATTED = OLD.replace("import os\n", "import json\nimport os\n") + "\n\ndef g(a):\n    return json.dumps({'a': a})\n"
TEST = 'import pkg\nimport pytest\ndef test_g():\n  assert pkg.g( 1 )=="{}"\n'
TEST_FORMATTED = "import pytest\n\nimport pkg\n\n\ndef test_g():\n    assert pkg.g(1) == '{}'\n"


def files(settings: str = SETTINGS, old: str = OLD) -> dict[str, File]:
    return {"pyproject.toml": File(settings.encode()), "pkg.py": File(old.encode())}


def patch(new: str = NEW, old: str = OLD) -> Patch:
    return Patch(
        base="0" * 40,
        changes=(
            FileChange(path="pkg.py", before=old, after=new),
            FileChange(path="tests/test_g.py", before=None, after=TEST, test=True),
        ),
    )


@pytest.fixture(scope="module")
def shelf(sandbox: Sandbox) -> str:
    found = find_formatter(sandbox, files(), Needs(), "")
    assert (found.notes, bool(found.environment)) == ((), True)
    return found.environment


def formatter(sandbox: Sandbox, shelf: str, base: Tree) -> Formatter:
    return Formatter(formatters_of(base), base, sandbox, shelf)


def test_the_lines_of_the_patch_are_formatted_and_no_others(sandbox: Sandbox, shelf: str) -> None:
    done = formatter(sandbox, shelf, files()).format(patch(), files())
    assert [change.after for change in done.patch.changes] == [FORMATTED, TEST_FORMATTED]
    assert done.notes == ()


def test_imports_that_never_were_sorted_are_left_as_they_are(sandbox: Sandbox, shelf: str) -> None:
    old = OLD.replace("import os\nimport sys\n", "import sys\nimport os\n")
    new = NEW.replace("import os\nimport sys\n", "import sys\nimport os\n")
    done = formatter(sandbox, shelf, files(old=old)).format(patch(new, old), files(old=old))
    assert (done.patch.changes[0].after or "").startswith("import json\nimport sys\nimport os\n")


def test_line_endings_byte_order_mark_and_a_missing_newline_stay(sandbox: Sandbox, shelf: str) -> None:
    def dressed(text: str) -> str:
        return "\ufeff" + text.replace("\n", "\r\n").rstrip("\r\n")

    base = files(old=dressed(OLD))
    done = formatter(sandbox, shelf, base).format(patch(dressed(NEW), dressed(OLD)), base)
    assert done.patch.changes[0].after == dressed(FORMATTED)


def test_settings_of_the_branch_do_not_count(sandbox: Sandbox, shelf: str) -> None:
    theirs = {**files(), "ruff.toml": File(b"[format]\nquote-style = 'double'\n")}
    done = formatter(sandbox, shelf, files()).format(patch(), theirs)
    assert done.patch.changes[0].after == FORMATTED


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("[tool.ruff.format]\nnonsense = 1\n", "ruff failed: "),
        ("[tool.black]\n", "black failed: "),  # it is not in this environment
    ],
)
def test_a_formatter_that_fails_loses_nothing(sandbox: Sandbox, shelf: str, settings: str, told: str) -> None:
    base = files(settings)
    done = formatter(sandbox, shelf, base).format(patch(), base)
    assert done.patch == patch()
    assert told in done.notes[0]


def test_a_sandbox_that_is_down_loses_nothing(shelf: str) -> None:
    done = formatter(DownSandbox(), shelf, files()).format(patch(), files())
    assert done.patch == patch()
    assert done.notes == ("pkg.py is not formatted: ruff failed: No Docker engine answers; start one.",)


def test_what_is_no_python_is_left_alone(sandbox: Sandbox, shelf: str) -> None:
    broken = patch("def g(:\n")
    done = formatter(sandbox, shelf, files()).format(broken, files())
    assert done.patch.changes[0] == broken.changes[0]
    assert "pkg.py is not formatted" in done.notes[0]
    assert done.patch.changes[1].after == TEST_FORMATTED


def test_a_formatter_that_can_not_be_had_is_a_note(sandbox: Sandbox) -> None:
    lock = File(b'[[package]]\nname = "ruff"\nversion = "0.0.0.1"\n')
    found = find_formatter(sandbox, {**files(), "uv.lock": lock}, Needs(), "")
    assert found.environment == ""
    assert "not formatted: ruff==0.0.0.1, which pyproject.toml configures, could not be installed" in found.notes[0]


def test_a_formatter_among_what_the_tests_need_is_there_already(sandbox: Sandbox) -> None:
    assert find_formatter(DownSandbox(), files(), Needs(requirements=("ruff==0.9.1",)), "here").environment == "here"
    assert find_formatter(DownSandbox(), {}, Needs(), "") == find_formatter(sandbox, {}, Needs(), "here")


def test_a_patch_is_put_into_shape(sandbox: Sandbox, shelf: str) -> None:
    plan = Plan(summary="", modules=(ModuleSpec(path="pkg.py", purpose="", definitions=("g",)),), test_strategy="")
    base = Snapshot("0" * 40, files())
    finishing = Finishing(Task(number=1, title="t"), plan, base, base, sandbox, shelf)
    rewritten = NEW.replace("x = {  'a':1 }", 'x = {"a": 1}').replace("return os, sys, a", "return sys, os, a")
    done, notes = finishing.finish(patch(rewritten))
    assert done.changes[0].after == FORMATTED.replace("return os, sys, a", "return sys, os, a")
    assert notes == ("pkg.py: also changes f, which the plan does not name",)
    unshelved, _ = replace(finishing, formatter="").finish(patch(rewritten))
    assert "def g( a ):" in (unshelved.changes[0].after or "")
    _, notes = replace(finishing, formatter="").finish(patch(NEW.replace("x = {  'a':1 }\n", "")))
    assert notes == ("pkg.py: the model left out x, which the plan does not name; that was put back",)


def test_a_test_that_showed_the_fault_and_is_not_kept_is_told(sandbox: Sandbox) -> None:
    shown = Reproduction(path="tests/test_g.py", test=TEST, showing=Showing.ASSERTION, failure="AssertionError")
    base = Snapshot("0" * 40, files())
    plan = Plan(summary="", modules=(ModuleSpec(path="pkg.py", purpose="", definitions=("f", "g")),), test_strategy="")
    finishing = Finishing(Task(number=1, title="t", reproduction=shown), plan, base, base, sandbox)
    for now, told in ((TEST, False), (TEST.replace("1", "2"), True)):
        new = FileChange(path="tests/test_new.py", before=None, after=now, test=True)
        whole = patch().model_copy(update={"changes": (patch().changes[0], new)})
        _, notes = finishing.finish(whole)
        assert any("as it was, it ran beside them" in note for note in notes) is told


def test_an_existing_test_is_left_as_it_was_written(sandbox: Sandbox, shelf: str) -> None:
    current = {**files(), "tests/test_g.py": File(TEST.encode())}
    changed = FileChange(path="tests/test_g.py", before=TEST, after=TEST.replace("1", "2"), test=True)
    whole = patch().model_copy(update={"changes": (patch().changes[0], changed)})
    done = formatter(sandbox, shelf, current).format(whole, current)
    assert [change.after for change in done.patch.changes] == [FORMATTED, changed.after]
