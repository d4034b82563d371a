"""Files that are no Python: what of a reply is taken, and what is asked for again."""

import pytest

from bot.decisions.editing.edits import EditError, UnchangedError
from bot.errors import ModelError
from bot.programs.author import ElsewhereError, write_patch
from bot.programs.text_writer import applied, inside_fence
from bot.words.plan import ChangedTest, ModuleSpec, Plan
from bot.words.reproduction import Reproduction, Showing
from tests.programs.fake_ollama import said
from tests.programs.world import FILES, TASK, DownSandbox, snapshot_of

README = FILES["README.md"]
NEW = README.replace("of a square.", "of a square, `perimeter` its outline.")
BLOCK = "<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE"
LONG = "".join(f"Line {n} of it.\n" for n in range(200))


def test_a_small_file_is_taken_whole_or_by_blocks() -> None:
    assert applied("README.md", README, NEW) == NEW
    assert applied("README.md", README, f"```markdown\n{NEW}```\n") == NEW
    block = BLOCK.format(old=README.split("\n")[2], new=NEW.split("\n")[2])
    assert applied("README.md", README, block) == NEW


def test_fences_of_the_text_itself_stay() -> None:
    new = "# a\n\n```sh\nmake\n```\n"
    assert applied("a.md", None, new) == new
    assert inside_fence("```md\n# a\n\n```sh\nmake\n```\n```") == "# a\n\n```sh\nmake\n```"
    two = "```sh\nmake\n```\n\nThen:\n\n```sh\nmake test\n```"
    assert inside_fence(two) == two


def test_a_block_may_set_in_a_fence_or_a_heading_of_equal_signs() -> None:
    fenced = BLOCK.format(old="Licence: MIT", new="```sh\nmake\n```")
    assert applied("README.md", README, fenced).endswith("```sh\nmake\n```\n")
    titled = BLOCK.format(old="Old\n=====", new="New title\n=========")
    assert applied("a.rst", "Old\n=====\n\ntext\n" + LONG, titled).startswith("New title\n=========\n\ntext\n")


def test_line_ends_stay() -> None:
    assert applied("a.md", "one\r\ntwo\r\n", "one\nthree\n") == "one\r\nthree\r\n"


@pytest.mark.parametrize(
    ("path", "old", "reply", "why"),
    [
        ("a.md", LONG, LONG.replace("7", "8"), "There is no block in your reply"),
        ("a.md", "# a\none\ntwo\nthree\n", "# a\nnew\n", "More than half of the file's lines are gone, as `one`"),
        ("a.json", '{"a": 1}\n', '{"a": 2,}', "no valid JSON"),
        ("a.toml", None, "a = ", "no valid TOML"),
        ("a.md", "a\n", "a\u202e\n", "nobody can see"),
        ("a.md", "a\n", " ", "empty"),
    ],
)
def test_what_would_harm_the_file_is_refused_with_the_reason(path: str, old: str | None, reply: str, why: str) -> None:
    with pytest.raises(EditError, match=why):
        applied(path, old, reply)


def test_nothing_new_is_said_as_such() -> None:
    with pytest.raises(UnchangedError):
        applied("README.md", README, README)


def plan(*specs: ModuleSpec, changed: tuple[ChangedTest, ...] = ()) -> Plan:
    return Plan(summary="s", modules=specs, test_strategy="t", changed_tests=changed)


DOCS = ModuleSpec(path="README.md", purpose="tell of perimeter")
CODE = ModuleSpec(path="shapes/square.py", purpose="perimeter", definitions=("perimeter",))
SQUARE = FILES["shapes/square.py"] + "\n\ndef perimeter(a: float) -> float:\n    return 4 * a\n"
TESTS = "from shapes.square import perimeter\n\n\ndef test_perimeter():\n    assert perimeter(2) == 8\n"


def write(made: Plan, task=TASK, files: dict[str, str] = FILES) -> dict[str, str | None]:
    patch, _ = write_patch(task, made, snapshot_of(files), DownSandbox())
    return {change.path: change.after for change in patch.changes}


def test_documentation_is_written_when_the_code_is_there_and_tests_are_told_to_leave_it_alone(talk) -> None:
    replies = (said(reasoning="r", generated_code=SQUARE), said(reasoning="r", new_text=NEW))
    talked = talk(*replies, said(reasoning="r", tests=TESTS))
    made = write(plan(DOCS, CODE))
    assert made["README.md"] == NEW
    assert len(made) == 3
    code, text, tests = talked.ollama.prompts()
    assert "This file does its part of it, other files the rest:" in code
    assert "def perimeter(a: float) -> float:" in text, "it is told the code as it is now"
    assert "README.md is documentation: test nothing of it." in tests


def test_documentation_that_can_not_be_written_is_no_reason_to_lose_the_code(talk) -> None:
    nothing = said(reasoning="It says so already.", new_text=README)
    talk(said(reasoning="r", generated_code=SQUARE), nothing, said(reasoning="r", tests=TESTS))
    assert "README.md" not in write(plan(CODE, DOCS))


def test_data_that_code_reads_must_be_written(talk) -> None:
    files = FILES | {"shapes/names.json": '{"square": 4}\n'}
    talk(otherwise=said(reasoning="r", new_text="{"))
    with pytest.raises(ModelError, match=r"no usable text for shapes/names\.json: The file would be no valid JSON"):
        write(plan(ModuleSpec(path="shapes/names.json", purpose="add circle")), files=files)


def test_documentation_alone_takes_one_call_and_no_tests(talk) -> None:
    talked = talk(said(reasoning="r", new_text=NEW))
    assert write(plan(DOCS)) == {"README.md": NEW}
    assert len(talked.ollama.bodies) == 1


def test_documentation_alone_mends_no_fault_that_was_seen(talk) -> None:
    talk()
    shown = Reproduction(path="tests/test_x.py", test=TESTS, showing=Showing.ASSERTION, failure="assert 1 == 2")
    with pytest.raises(ModelError, match="A test shows a fault of the code"):
        write(plan(DOCS), TASK.model_copy(update={"reproduction": shown}))


def test_what_is_deleted_goes_with_its_tests_and_without_a_call(talk) -> None:
    talked = talk(said(reasoning="r", tests="import pytest\n\n\ndef test_gone():\n    assert 1 == pytest.one\n"))
    removed = ChangedTest(test="tests/test_square.py::test_area", reason="it goes", removed=True)
    made = write(plan(ModuleSpec(path="shapes/square.py", purpose="", delete=True), changed=(removed,)))
    assert made["shapes/square.py"] is None
    assert made["tests/test_square.py"] is None
    assert "shapes/square.py is deleted: it can't be imported any more." in talked.ollama.prompts()[0]


@pytest.mark.rooms
def test_a_script_that_ends_twice_without_a_change_means_another_file(talk, sandbox) -> None:
    reply = said(reasoning="The fault is in circle.py.", generated_code="finish()")
    talk(reply, reply)
    with pytest.raises(ElsewhereError, match=r"what has to change is elsewhere: The fault is in circle\.py\."):
        write_patch(TASK, plan(CODE), snapshot_of(FILES), sandbox)
