"""A plan is compared with the places that a person's answer changed."""

import pytest

from bot.decisions.named_places import changed_places, share_named, told_places
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan

BEFORE = """A = 1


class Box:
    size = 1

    def open(self):
        return 1

    def shut(self):
        pass
"""
AFTER = BEFORE.replace("return 1", "return 2").replace("A = 1", "A = 1\nB = 2")
CHANGE = Patch(
    base="b",
    changes=(
        FileChange(path="CHANGES.md", before="", after="x"),
        FileChange(path="box.py", before=BEFORE, after=AFTER),
        FileChange(path="new.py", before=None, after="def f(): ...\n"),
        FileChange(path="tests/test_box.py", before="", after="x", test=True),
    ),
)
PLACES = {"box.py": frozenset({"B", "Box.open"}), "new.py": frozenset()}


def plan(*modules: tuple[str, tuple[str, ...]]) -> Plan:
    specs = tuple(ModuleSpec(path=path, purpose="p", definitions=names) for path, names in modules)
    return Plan(summary="s", modules=specs, test_strategy="t")


def test_of_a_class_only_what_is_changed_in_it_counts() -> None:
    assert changed_places(CHANGE) == PLACES
    attribute = FileChange(path="box.py", before=BEFORE, after=BEFORE.replace("size = 1", "size = 2"))
    assert changed_places(Patch(base="b", changes=(attribute,))) == {"box.py": frozenset({"Box", "Box.size"})}


def test_a_file_that_is_no_python_has_no_definitions() -> None:
    broken = FileChange(path="a.py", before="def (", after="def f(): ...\n")
    assert changed_places(Patch(base="b", changes=(broken,))) == {"a.py": frozenset({"f"})}


@pytest.mark.parametrize(
    ("named", "share", "told"),
    [
        ([("box.py", ("Box.open", "B")), ("new.py", ("f",))], 1.0, ""),
        ([("box.py", ("Box", "B")), ("new.py", ())], 1.0, ""),
        ([("box.py", ("Box", "B")), ("new.py", ()), ("README.md", ())], 1.0, ""),
        ([("box.py", ()), ("new.py", ())], 0.75, "does not name what the right change changes: B in box.py, Box.open"),
        ([("box.py", ("Box.shut",)), ("new.py", ())], 0.5, "B in box.py, Box.open in box.py"),
        ([("new.py", ())], 2 / 3 * 0.5, "also changes box.py (B, Box.open), which the plan left out"),
        ([("other.py", ())], 0.0, "The plan names other.py, which the right change leaves as it is."),
    ],
)
def test_the_share_of_the_places(named: list[tuple[str, tuple[str, ...]]], share: float, told: str) -> None:
    assert share_named(plan(*named), PLACES) == pytest.approx(share)
    said = told_places(plan(*named), PLACES)
    assert told in said
    assert bool(said) == bool(told)


def test_to_name_everything_is_worth_less_than_to_name_what_counts() -> None:
    everything = plan(*[(f"m{number}.py", ()) for number in range(6)], ("box.py", ()), ("new.py", ()))
    assert share_named(everything, PLACES) < 0.35
