import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.naming import branch_name, new_test_path, pull_title
from sandbox.files import File

TEST = File(b"def test_it():\n    assert True\n")
TWO = File(b"def test_it(): ...\n\nasync def test_that(): ...\n")
NONE = File(b"")


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([], "intern/issue-7"),
        (["main", "intern/issue-8", "intern/issue-70"], "intern/issue-7"),
        (["intern/issue-7"], "intern/issue-7-2"),
        (["intern/issue-7", "intern/issue-7-2", "intern/issue-7-4"], "intern/issue-7-3"),
        (["Intern/Issue-7"], "intern/issue-7-2"),
        (["refs/heads/intern/issue-7"], "intern/issue-7-2"),
        (["intern/issue-7/mine"], "intern/issue-7-2"),
    ],
)
def test_branches(taken: list[str], expected: str) -> None:
    assert branch_name(7, taken) == expected


@pytest.mark.parametrize(
    ("files", "issue", "expected"),
    [
        ({}, 7, "tests/test_issue_7.py"),
        ({}, 0, "tests/test_change.py"),
        ({"a.py": NONE}, 7, "tests/test_issue_7.py"),
        ({"test_a.py": TEST}, 7, "test_issue_7.py"),
        ({"test/readme": NONE}, 7, "test/test_issue_7.py"),
        ({"tests/conftest.py": NONE}, 7, "tests/test_issue_7.py"),
        ({"tests": NONE}, 7, "test_issue_7.py"),
        ({"tests/test_a.py": TEST, "tests/unit/test_b.py": TWO}, 7, "tests/unit/test_issue_7.py"),
        ({"tests/test_a.py": TEST, "tests/unit/test_b.py": TEST}, 7, "tests/test_issue_7.py"),
        (
            {"src/tally/tests/__init__.py": NONE, "src/tally/tests/test_a.py": TEST},
            7,
            "src/tally/tests/test_issue_7.py",
        ),
        ({"src/tally/test_tools.py": NONE, "tests/x_test.py": TEST}, 7, "tests/test_issue_7.py"),
        ({"vendor/lib/tests/test_a.py": TWO, "tests/test_a.py": TEST}, 7, "tests/test_issue_7.py"),
        ({".venv/tests/test_a.py": TWO}, 7, "tests/test_issue_7.py"),
        ({"tests/test_issue_7.py": TEST}, 7, "tests/test_issue_7_2.py"),
        ({"tests/TEST_issue_7.py": TEST}, 7, "tests/test_issue_7_2.py"),
        ({"old/test_issue_7.py": NONE, "tests/test_a.py": TEST}, 7, "tests/test_issue_7_2.py"),
        ({"test_issue_7/a.py": NONE, "tests/test_issue_7_2.py": TEST}, 7, "tests/test_issue_7_3.py"),
        ({"tests/test_change.py": TEST}, 0, "tests/test_change_2.py"),
    ],
)
def test_where_new_tests_go(files: dict[str, File], issue: int, expected: str) -> None:
    assert new_test_path(files, issue) == expected


@given(
    st.dictionaries(
        st.from_regex(r"(tests|src|a)(/[ab])?/(test_issue_7(_[2-4])?|b_test)\.py", fullmatch=True),
        st.just(TEST),
    )
)
def test_a_new_test_never_replaces_a_file_nor_shares_a_name(files: dict[str, File]) -> None:
    path = new_test_path(files, 7)
    assert path not in files
    assert path.rpartition("/")[2] not in {known.rpartition("/")[2] for known in files}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Add subtraction", "Add subtraction"),
        ("  Add\n\n subtraction\t", "Add subtraction"),
        ("a\u2028b\x00c\x1b[31md\u202ee", "a b c [31mde"),
        ("", "Requested change"),
        ("\u200b\n", "Requested change"),
        ("thanks @alice and @org/team", "thanks @\u200balice and @\u200borg/team"),
        ("fixes #12", "fixes #\u200b12"),
        ("fixes a/b#12, GH-12", "fixes a/b#\u200b12, GH-\u200b12"),
        ("see https://github.com/a/b/issues/1", "see https:\u200b//github.com/a/b/issues/1"),
        ("größer als 😀", "größer als 😀"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_titles(title: str, expected: str) -> None:
    assert pull_title(title) == expected


@given(st.text())
def test_a_title_is_one_short_line_that_links_nothing(title: str) -> None:
    made = pull_title(title)
    assert 0 < len(made) <= 120
    assert not any(unicodedata.category(sign)[0] == "C" for sign in made.replace("\u200b", ""))
    assert made.splitlines() == [made]
    assert not re.search(r"@\w|#\d", made)
