import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.editing.changes import apply_patch, changes_between, unified_diff
from bot.decisions.editing.edits import EditError
from bot.words.patch import FileChange, Patch
from sandbox.files import File, Tree

TEXTS = st.text(alphabet=st.sampled_from("ab\n\r\f\t é\u2028"), max_size=40)
TREES = st.dictionaries(
    st.sampled_from(["a.py", "src/b c.py", 'q"u.txt', "é/ü.md", "tab\t.py", "back\\slash"]),
    st.builds(lambda text: File(text.encode()), TEXTS),
    max_size=5,
)


def is_test(path: str) -> bool:
    return path.startswith("tests/")


def patch_of(before: Tree, after: Tree) -> Patch:
    return Patch(base="b", changes=changes_between(before, after, is_test=is_test))


def git_applied(folder: Path, before: Tree, diff: str) -> Tree:
    """What the real git makes of a diff."""
    folder.mkdir(parents=True)
    for path, file in before.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(file.data)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"],
                   cwd=folder, check=True, input=diff.encode())  # fmt: skip
    return {
        str(path.relative_to(folder)): File(path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def test_changes_are_sorted_and_know_the_tests() -> None:
    before = {"b.py": File(b"1\n"), "gone.py": File(b"x"), "same.bin": File(b"\xff")}
    after = {"b.py": File(b"2\n"), "tests/test_b.py": File(b""), "same.bin": File(b"\xff")}
    assert changes_between(before, after, is_test=is_test) == (
        FileChange(path="b.py", before="1\n", after="2\n"),
        FileChange(path="gone.py", before="x", after=None),
        FileChange(path="tests/test_b.py", before=None, after="", test=True),
    )


def test_a_changed_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(EditError, match=r"a\.bin"):
        changes_between({"a.bin": File(b"\xff")}, {"a.bin": File(b"\xfe")}, is_test=is_test)
    with pytest.raises(EditError, match=r"a\.bin"):
        changes_between({"a.bin": File(b"\xff")}, {}, is_test=is_test)


def test_a_patch_keeps_the_executable_bit_and_leaves_its_input_alone() -> None:
    before = {"run": File(b"a", executable=True), "gone": File(b"x")}
    after = apply_patch(before, patch_of(before, {"run": File(b"b"), "new": File(b"c")}))
    assert after == {"run": File(b"b", executable=True), "new": File(b"c")}
    assert set(before) == {"run", "gone"}


@given(TREES, TREES)
def test_applying_the_changes_gives_the_other_tree(before: Tree, after: Tree) -> None:
    assert apply_patch(before, patch_of(before, after)) == after


def test_the_diff_is_gits() -> None:
    before, after = {"a.py": File(b"one\ntwo\n")}, {"a.py": File(b"one\n2"), "new.py": File(b"x\n")}
    assert unified_diff(patch_of(before, after)) == (
        "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
        "\\ No newline at end of file\n"
        "diff --git a/new.py b/new.py\nnew file mode 100644\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+x\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nb\r\n", b"a\r\nc\r\n"),
        (b"", b"a\n"),
        (b"a\n", b""),
        (None, b""),
        (b"", None),
        (b"a", b"a\n"),
        (b"a\n", b"a"),
        (None, b"no newline"),
        (b"gone", None),
        ("a\u2028b\x0cc\n".encode(), "é\n".encode()),
        (b"".join(b"%d\n" % n for n in range(99)), b"".join(b"%d\n" % (n * (n % 30 > 0)) for n in range(99))),
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a dir/b c.py", 'q"uo.py', "é.py", "back\\slash.py", "tab\tbed.py", "a b/x"])
def test_git_applies_the_diff(tmp_path: Path, path: str, before: bytes | None, after: bytes | None) -> None:
    old = {} if before is None else {path: File(before)}
    new = {} if after is None else {path: File(after)}
    assert git_applied(tmp_path / "repository", old, unified_diff(patch_of(old, new))) == new


def test_git_applies_a_deletion_of_an_executable_file(tmp_path: Path) -> None:
    old = {"run.sh": File(b"x\n", executable=True)}
    assert git_applied(tmp_path / "repository", old, unified_diff(patch_of(old, {}))) == {}


@pytest.mark.parametrize("seed", range(8))
def test_git_applies_many_changes_at_once(tmp_path: Path, seed: int) -> None:
    names = ["a.py", "b c.py", "é.md", "deep/er/x.py", 'q"t', "z"]
    texts = [b"", b"a\nb\nc\n", b"a\nx\nc", b"\r\n\r\n", b"one\r\ntwo", b"-- a\n++ b\n", b"@@ -1 +1 @@\n"]
    old = {name: File(texts[(n * 3 + seed) % 7]) for n, name in enumerate(names) if (n + seed) % 3}
    new = {name: File(texts[(n * 5 + seed) % 7]) for n, name in enumerate(names) if (n + seed) % 4}
    assert git_applied(tmp_path / "repository", old, unified_diff(patch_of(old, new))) == new


def test_nothing_changed_is_an_empty_diff() -> None:
    assert unified_diff(Patch(base="b", changes=())) == ""
