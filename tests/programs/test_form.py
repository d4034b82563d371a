"""The form of a file's new code: which is asked for, what is shown for it, and that any of them is taken."""

import pytest

from bot.decisions.code.source import extract_code
from bot.decisions.editing.blocks import EditError
from bot.programs.form import Form, Kind
from bot.programs.near import near
from bot.programs.plan_check import UnusablePlanError, plan_from
from bot.programs.signatures import PlannedModule
from bot.programs.strategies.written import as_file
from bot.words.plan import ModuleSpec
from sandbox.files import File

SMALL = "import os\n\nLIMIT = 3\n\n\ndef one():\n    return LIMIT\n"
FILLER = "".join(f"\n\ndef filler_{number}():\n    return {number}\n" for number in range(80))
GIANT = "\n\ndef giant(value):\n" + "".join(f"    value += {number}\n" for number in range(150)) + "    return value\n"
ROUTES = "\n\nadd_route('/home', one)\nadd_route('/about', one)\n"
LARGE = SMALL + FILLER + GIANT + ROUTES
BLOCK = "<<<<<<< SEARCH\nLIMIT = 3\n=======\nLIMIT = 4\n>>>>>>> REPLACE\n"


def form(source: str | None, *definitions: str, about: str = "", limit: int = 4000) -> Form:
    return Form(ModuleSpec(path="pkg/a.py", purpose="", definitions=definitions), source, limit, about)


@pytest.mark.parametrize(
    ("source", "definitions", "kind"),
    [
        (None, (), Kind.WHOLE),
        (SMALL, (), Kind.WHOLE),
        (LARGE, ("one",), Kind.BLOCKS),
        (LARGE, ("one", "brand_new"), Kind.BLOCKS),
        (LARGE, (), Kind.REPLACEMENTS),
        (LARGE, ("giant",), Kind.REPLACEMENTS),
        (LARGE + "(", ("one",), Kind.REPLACEMENTS),
    ],
)
def test_the_form_follows_the_file_and_the_plan(source: str | None, definitions: tuple[str, ...], kind: Kind) -> None:
    asked = form(source, *definitions)
    assert asked.kind is kind
    assert "pkg/a.py" in asked.told


@pytest.mark.parametrize("asked", [form(SMALL), form(LARGE, "one"), form(LARGE)])
@pytest.mark.parametrize(
    "reply",
    [
        BLOCK,
        f"pkg/a.py\n```python\n{BLOCK}```\n",
        f"<think>\n{BLOCK.replace('4', '9')}</think>\n{BLOCK}",
        "# >>> LIMIT\nLIMIT = 4\n",
    ],
)
def test_another_form_than_the_one_asked_for_is_taken(asked: Form, reply: str) -> None:
    assert asked.source is not None
    assert asked.apply(reply) == asked.source.replace("LIMIT = 3", "LIMIT = 4")


def test_markers_in_a_whole_file_are_its_text() -> None:
    text = f'"""\n{BLOCK}"""\nLIMIT = 5\n'
    assert form(SMALL).apply(text) == text


@pytest.mark.parametrize("reply", [BLOCK.partition(">>>")[0], "", "LIMIT = 4\n", "I can't."])
def test_a_cut_off_or_formless_reply_is_never_applied(reply: str) -> None:
    with pytest.raises(EditError):
        form(LARGE).apply(reply)


def test_what_is_shown_for_blocks_of_lines_stands_in_the_file_letter_by_letter() -> None:
    asked = form(LARGE, about="The route /about must lead to filler_7.")
    shown = asked.shown
    assert len(shown) <= 4000
    assert "add_route('/about', one)\n" in shown
    assert "def filler_7():\n    return 7\n" in shown
    runs = shown.partition("\n\n# All definitions of the file:")[0].split("# lines ")
    for run in runs[1:]:
        numbers, _, text = run.partition(":\n")
        start = int(numbers.split("-")[0])
        assert LARGE.split("\n")[start - 1 :][: text.count("\n")] == text.split("\n")[: text.count("\n")]


def test_a_large_definition_is_shown_around_what_the_issue_names() -> None:
    asked = form(LARGE, "giant", about="adding 77 is wrong", limit=2500)
    assert "    value += 77\n" in asked.shown


def test_of_a_file_without_anything_in_common_both_ends_are_shown() -> None:
    assert near("x = 1\n" * 1000, (), "??", 600).startswith("x = 1")


def test_a_plan_may_not_name_a_file_whose_encoding_would_be_lost() -> None:
    latin = "# coding: latin-1\nname = 'é'\n"
    files = {
        "a.py": File(latin.encode("latin-1")),
        "b.py": File("x = 1\n".encode("utf-16")),
        "c.py": File(latin.replace("é", "e").encode()),
    }

    def planned(path: str) -> str:
        try:
            plan_from("s", [PlannedModule(path=path)], "t", files, lambda _: [])
        except UnusablePlanError as error:
            return str(error)
        return ""

    assert "declares the encoding `latin-1`" in planned("a.py")
    assert "no UTF-8 text" in planned("b.py")
    assert planned("c.py") == ""


OTHER = "<<<<<<< SEARCH\n    return LIMIT\n=======\n    return LIMIT + 1\n>>>>>>> REPLACE\n"


def test_blocks_in_several_fences_are_one_edit() -> None:
    code = extract_code(f"First:\n```python\n{BLOCK}```\nThen:\n```python\n{OTHER}```\nDone.")
    assert code == f"{BLOCK}{OTHER}"


def test_blocks_are_taken_where_a_script_was_asked_for() -> None:
    wanted = SMALL.replace("LIMIT = 3", "LIMIT = 4").replace("return LIMIT", "return LIMIT + 1")
    assert as_file(SMALL, BLOCK + OTHER, {"edit"}) == wanted
    assert as_file(SMALL, f"edit('''{BLOCK}''', 'x')\n", {"edit"}) is None
    with pytest.raises(EditError, match="is not in the file"):
        as_file(SMALL, BLOCK.replace("3", "5"), {"edit"})
