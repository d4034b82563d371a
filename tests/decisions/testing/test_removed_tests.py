"""Existing tests that go with what a plan deletes: only those, and letter by letter nothing else."""

from bot.decisions.testing.removed_tests import (
    lives_on,
    removal_objections,
    still_imported,
    users_of,
    using_tests,
    without_tests,
)
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest
from sandbox.files import File

OLD = "pkg/old.py"
MIXED = '''"""What is old and what is new."""

import pytest
from pkg import new, old
from pkg.old import rot as rotten


@pytest.fixture
def filled():
    return old.fill()


def test_new():
    # stays as it stands
    assert new.shine() == 1


def test_old():
    assert rotten() == 2


class TestBoth:
    def test_filled(self, filled):
        assert filled

    def test_shine(self):
        assert new.shine( ) == 1


class TestOld:
    def test_rot(self):
        assert rotten() == 2
'''
LEFT = '''"""What is old and what is new."""

import pytest
from pkg import new


def test_new():
    # stays as it stands
    assert new.shine() == 1


class TestBoth:
    def test_shine(self):
        assert new.shine( ) == 1
'''
TEXTS = {
    "pkg/__init__.py": "",
    OLD: "def rot():\n    return 2\n\n\ndef fill():\n    return [1]\n",
    "pkg/new.py": "def shine():\n    return 1\n",
    "pkg/user.py": "from . import old\n",
    "tests/test_mixed.py": MIXED,
    "tests/test_only.py": "from pkg.old import rot\n\n\ndef test_rot():\n    assert rot() == 2\n",
    "tests/test_new.py": "from pkg.new import shine\n\n\ndef test_shine():\n    assert shine() == 1\n",
}
FILES = {path: File(text.encode()) for path, text in TEXTS.items()}
MIX = "tests/test_mixed.py"
OF_OLD = (f"{MIX}::test_old", f"{MIX}::TestBoth::test_filled", f"{MIX}::TestOld::test_rot")


def removed(*tests: str) -> tuple[ChangedTest, ...]:
    return tuple(ChangedTest(test=test, reason="old goes", removed=True) for test in tests)


def objections(path: str, after: str | None, *tests: str, deleted: tuple[str, ...] = (OLD,)) -> list[str]:
    change = FileChange(path=path, before=TEXTS[path], after=after, test=True)
    return list(removal_objections(change, removed(*tests), FILES, deleted))


def test_it_is_known_who_uses_a_module() -> None:
    assert users_of(FILES, [OLD]) == ["pkg/user.py", MIX, "tests/test_only.py"]
    assert using_tests(FILES, MIX, [OLD]) == OF_OLD
    assert using_tests(FILES, "tests/test_new.py", [OLD]) == ()


def test_nothing_but_those_tests_and_what_only_they_need_is_gone() -> None:
    assert without_tests(FILES, MIX, OF_OLD, [OLD]) == LEFT
    assert without_tests(FILES, "tests/test_only.py", ["tests/test_only.py::test_rot"], [OLD]) == ""


def test_a_test_of_something_else_does_not_go_along() -> None:
    assert without_tests(FILES, MIX, [*OF_OLD, f"{MIX}::test_new"], [OLD]) is None
    assert without_tests(FILES, "tests/test_new.py", ["tests/test_new.py::test_shine"], [OLD]) is None


def test_a_file_that_would_still_need_it_can_not_be_left_like_that() -> None:
    assert without_tests(FILES, MIX, OF_OLD[:1], [OLD]) is None


def test_a_patch_may_take_away_exactly_that() -> None:
    assert objections(MIX, LEFT, *OF_OLD) == []
    assert objections("tests/test_only.py", None, "tests/test_only.py::test_rot") == []
    more = objections(MIX, LEFT.replace("    assert new.shine() == 1\n", "    new.shine()\n"), *OF_OLD)
    assert more == ["nothing but test_old, TestBoth.test_filled, TestOld.test_rot may be taken away from it"]
    assert objections(MIX, None, *OF_OLD) == more
    assert objections(MIX, LEFT) == ["an existing test may not be changed"]
    assert objections(MIX, LEFT, *OF_OLD, deleted=()) == ["only tests of what is deleted may be taken away"]


def deletion(*more: FileChange) -> Patch:
    return Patch(base="b", changes=(FileChange(path=OLD, before=TEXTS[OLD], after=None), *more))


def test_a_name_that_a_package_has_from_it_counts_as_well() -> None:
    files = FILES | {
        "pkg/__init__.py": File(b"from pkg.old import rot\nfrom pkg.new import shine\n"),
        "tests/test_by_package.py": File(
            b"from pkg import rot, shine\n\n\ndef test_rot():\n    assert rot() == 2\n\n\n"
            b"def test_shine():\n    assert shine() == 1\n"
        ),
        "app.py": File(b"from pkg import rot\n"),
        "fine.py": File(b"from pkg import shine\n"),
    }
    path = "tests/test_by_package.py"
    assert users_of(files, [OLD])[:2] == ["app.py", "pkg/__init__.py"]
    assert "fine.py" not in users_of(files, [OLD])
    assert using_tests(files, path, [OLD]) == (f"{path}::test_rot",)
    left = "from pkg import shine\n\n\ndef test_shine():\n    assert shine() == 1\n"
    assert without_tests(files, path, [f"{path}::test_rot"], [OLD]) == left
    on_patch = {known: file for known, file in files.items() if known != OLD and not known.startswith("tests/")}
    on_patch |= {"pkg/__init__.py": File(b"from pkg.new import shine\n"), "pkg/user.py": File(b"")}
    assert list(still_imported(deletion(), on_patch, files)) == [
        f"`app.py` still imports what the patch deletes ({OLD})."
    ]
    for moved in (b"from pkg.newer import rot\n", b"def rot():\n    return 2\n"):
        there = on_patch | {"pkg/__init__.py": File(moved), "pkg/newer.py": File(b"def rot():\n    return 2\n")}
        assert list(still_imported(deletion(), there, files)) == [], "it has the name from elsewhere now"


def test_who_still_imports_it_is_told() -> None:
    on_patch = {path: file for path, file in FILES.items() if path != OLD and not path.startswith("tests/")}
    assert list(still_imported(deletion(), on_patch, FILES)) == [
        f"`pkg/user.py` still imports what the patch deletes ({OLD})."
    ]
    assert list(still_imported(deletion(), {**on_patch, "pkg/user.py": File(b"")}, FILES)) == []


def test_what_only_moves_keeps_its_tests() -> None:
    assert list(lives_on(deletion(), ["pkg.newer:rot", "pkg.newer"])) == [
        f"`{OLD}` was moved rather than deleted (rot): its tests may not go."
    ]
    assert list(lives_on(deletion(), ["pkg.newer:other"])) == []
