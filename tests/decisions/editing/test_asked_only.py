from bot.decisions.editing.asked_only import AlsoChanged, asked_only
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan
from bot.words.task import Task
from sandbox.files import File

BASE = "# one\ndef one():\n    return 1\n\n\n# two\ndef two():\n    return 2\n"
TASK = Task(number=1, title="t")


def plan(*definitions: str, path: str = "a.py", purpose: str = "") -> Plan:
    return Plan(
        summary="", modules=(ModuleSpec(path=path, purpose=purpose, definitions=definitions),), test_strategy=""
    )


def patch(after: str, before: str | None = BASE, path: str = "a.py", *, test: bool = False) -> Patch:
    return Patch(base="0" * 40, changes=(FileChange(path=path, before=before, after=after, test=test),))


def tree(text: str) -> dict[str, File]:
    return {"a.py": File(text.encode())}


WANTED = BASE.replace("return 2", "return 3")


def test_a_patch_keeps_what_the_plan_names() -> None:
    new, also = asked_only(patch(WANTED.replace("# one\n", "")), tree(BASE), plan("two"), TASK)
    assert (new.changes[0].after, also) == (WANTED, ())


def test_what_it_changes_beside_is_told() -> None:
    both = WANTED.replace("return 1", "return 0")
    new, also = asked_only(patch(both), tree(BASE), plan("two"), TASK)
    assert (new.changes[0].after, also) == (both, (AlsoChanged("a.py", ("one",)),))


def test_what_a_person_did_on_the_branch_stays() -> None:
    theirs = BASE.replace("# one\n", "# uno\n")
    new, _ = asked_only(patch(theirs.replace("return 2", "return 3")), tree(theirs), plan("two"), TASK)
    assert new.changes[0].after == WANTED.replace("# one\n", "# uno\n")


def test_a_file_that_the_plan_does_not_name_is_as_before_if_it_means_the_same() -> None:
    changes = (*patch(WANTED).changes, *patch("def x(): return 1\n", "def x():  return 1\n", "b.py").changes)
    files = {**tree(BASE), "b.py": File(b"def x():  return 1\n")}
    new, _ = asked_only(Patch(base="0" * 40, changes=changes), files, plan("two"), TASK)
    assert [change.path for change in new.changes] == ["a.py"]


def test_what_a_person_asked_for_is_named() -> None:
    shorter = WANTED.replace("# one\ndef one():\n    return 1\n\n\n", "")
    asked = TASK.model_copy(update={"request": "take `one` away as well"})
    assert asked_only(patch(shorter), tree(BASE), plan("two"), asked)[0].changes[0].after == shorter
    assert asked_only(patch(shorter), tree(BASE), plan("two"), TASK)[0].changes[0].after == WANTED


def test_what_was_put_back_is_told() -> None:
    shorter = WANTED.replace("# one\ndef one():\n    return 1\n\n\n", "")
    new, also = asked_only(patch(shorter), tree(BASE), plan("two"), TASK)
    assert (new.changes[0].after, also) == (WANTED, (AlsoChanged("a.py", (), ("one",)),))


def test_tests_new_files_and_a_change_of_nothing_but_looks_are_left_alone() -> None:
    for one in (
        patch("def test(): pass\n", None, "test_a.py", test=True),
        patch("x = 1\n", None, "b.py"),
        patch(BASE.replace("# one\n", "")),
    ):
        assert asked_only(one, tree(BASE), plan("two"), TASK) == (one, ())
