"""What no import tells of a deleted module: who names it, and whether what its tests test is still there."""

import pytest

from bot.decisions.editing.left_behind import helpers_of_tests, still_had, still_named
from bot.words.patch import FileChange, Patch
from sandbox.files import File

OLD, TEST = "pkg/old.py", "tests/test_api.py"
AREA = "def area(n):\n    return n * n\n"
FILES = {
    "pkg/__init__.py": File(b"from pkg.old import area\n"),
    OLD: File(AREA.encode()),
    "pkg/fast.py": File(b"def area(n):\n    return n * 3\n"),
    TEST: File(b"from pkg import area\n\n\ndef test_area():\n    assert area(2) == 4\n"),
    "tests/test_old.py": File(b"from pkg.old import area\n\n\ndef test_old():\n    assert area(2) == 4\n"),
}
GONE = Patch(base="b", changes=(FileChange(path=OLD, before=AREA, after=None),))
IDS = (f"{TEST}::test_area", "tests/test_old.py::test_old")


def without(**texts: str) -> dict[str, File]:
    paths = {"package": "pkg/__init__.py", "code": "pkg/app.py", "project": "pyproject.toml", "data": "logging.yaml"}
    left = {path: file for path, file in FILES.items() if path != OLD}
    return {**left, "pkg/__init__.py": File(b""), **{paths[key]: File(text.encode()) for key, text in texts.items()}}


def test_tests_of_what_is_had_from_elsewhere_stay() -> None:
    told = f"{IDS[0]} may not be taken away: what it imports is still there, from elsewhere."
    assert list(still_had(IDS, [OLD], without(package="from pkg.fast import area\n"), FILES)) == [told]
    assert list(still_had(IDS, [OLD], without(package="def area(n):\n    return 4\n"), FILES)) == [told]
    assert list(still_had(IDS, [OLD], without(), FILES)) == []


def test_a_module_that_goes_on_under_its_name_is_there() -> None:
    test = File(b"from pkg import old\n\n\ndef test_area():\n    assert old.area(2) == 4\n")
    files = {**FILES, TEST: test}
    assert list(still_had(IDS[:1], [OLD], without(), files)) == []
    (told,) = still_had(IDS[:1], [OLD], without(package="from . import fast as old\n"), files)
    assert "what it imports is still there" in told


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("project", '[project.scripts]\narea = "pkg.old:main"\n'),
        ("code", 'importlib.import_module("pkg.old")\n'),
        ("code", "PARTS = ['pkg.old.Handler']\n"),
        ("data", "handlers:\n  one: {class: pkg.old.Handler}\n"),
    ],
)
def test_who_names_a_deleted_module_is_told(where: str, text: str) -> None:
    (reason,) = still_named(GONE, without(**{where: text}), FILES)
    assert "still names what the patch deletes (pkg.old" in reason


@pytest.mark.parametrize(
    "text", ["# pkg.old is gone\n", 'x = "pkg.older"\n', 'x = "my.pkg.old"\n', '"""pkg.old went."""\n']
)
def test_words_about_it_are_none(text: str) -> None:
    assert list(still_named(GONE, without(code=text, data="a: pkg.older.x\n"), FILES)) == []


def test_a_module_that_became_a_package_is_there() -> None:
    files = {**without(project='x = "pkg.old:main"\n'), "pkg/old/__init__.py": File(b"def main(): ...\n")}
    assert list(still_named(GONE, files, FILES)) == []


@pytest.mark.parametrize(
    "text", ["import pytest\n", "from unittest import mock\n", "from hypothesis.strategies import text\n"]
)
def test_tests_do_not_go_with_what_only_helps_them(text: str) -> None:
    files = {**FILES, "testing/helpers.py": File(f"{text}def check(one, other): ...\n".encode())}
    (reason,) = helpers_of_tests([OLD, "testing/helpers.py"], files)
    assert "`testing/helpers.py` helps tests" in reason
    assert (
        list(helpers_of_tests([OLD, "tests/test_pytest.py"], {**files, "tests/test_pytest.py": File(b"import pytest")}))
        == []
    )
