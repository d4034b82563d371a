"""What of a history is a fix, and what words it is asked for with."""

import pytest

from bot.trial.fix import MOST_FILES, closed_issue, fix_exercise, is_fix, words_of
from bot.words.patch import FileChange


@pytest.mark.parametrize(
    ("paths", "fix"),
    [
        (["a.py", "tests/test_a.py"], True),
        (["src/a.py", "README.md", "src/a_test.py"], True),
        (["a.py"], False),
        (["tests/test_a.py"], False),
        (["tests/helper.py", "tests/test_a.py"], False),
        (["README.md", "tests/test_a.py"], False),
        (["a.py", "tests/data.json"], False),
        (["a.py", "tests/test_a.py", *(f"{n}.txt" for n in range(MOST_FILES - 1))], False),
    ],
)
def test_a_fix_changes_code_and_tests_and_not_too_much(paths: list[str], fix: bool) -> None:
    assert is_fix(paths) is fix


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Fix it\n", ("Fix it", "")),
        (
            "Fix it\n\nBecause.\n\nSigned-off-by: A <a@b>\nCo-authored-by: B <b@c>\nChange-Id: I12\n",
            ("Fix it", "Because."),
        ),
        (
            "Merge pull request #7 from a/b\n\nAdd the parts up\n\nThey were lost.",
            ("Add the parts up", "They were lost."),
        ),
        ("Merge branch 'x' into main\n", ("", "")),
        ("", ("", "")),
        ("Note: this stays\n\nby-law: x", ("Note: this stays", "by-law: x")),
    ],
)
def test_words_without_what_machines_wrote(message: str, words: tuple[str, str]) -> None:
    assert words_of(message) == words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Fixes #12.", 12),
        ("this closes: #3, resolves #4", 3),
        ("see #5", 0),
        ("prefixes #6", 0),
        ("fixed other/repo#7", 0),
        ("fix #99999999999", 0),
    ],
)
def test_the_issue_that_is_closed(text: str, number: int) -> None:
    assert closed_issue(text) == number


def test_hidden_are_the_tests_alone_and_nothing_that_was_deleted() -> None:
    changes = [
        FileChange(path="a.py", before="1", after="2"),
        FileChange(path="tests/conftest.py", before=None, after="X = 1\n"),
        FileChange(path="tests/test_a.py", before=None, after="class TestA:\n    def test_b(self): ...\n"),
        FileChange(path="tests/test_old.py", before="def test_old(): ...\n", after=None),
    ]
    found = fix_exercise("f" * 40, "b" * 40, (" Fix it ", ""), changes, place="here", source="there")
    assert found is not None
    assert set(found.hidden) == {"tests/conftest.py", "tests/test_a.py"}
    assert found.must_pass == ("tests/test_a.py::TestA::test_b",)
    assert (found.name, found.title) == ("f" * 12, "Fix it")
    assert fix_exercise("f" * 40, "b" * 40, (" ", ""), changes, place="", source="") is None
    assert fix_exercise("f" * 40, "b" * 40, ("x", ""), changes[:2], place="", source="") is None
