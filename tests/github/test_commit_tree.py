"""A patch becomes a tree only if it fits its parent exactly and touches nothing but regular files."""

import pytest

from bot.errors import Refusal
from bot.github.commit_tree import check_branch, tree_items
from bot.github.files import Entry, blob_sha
from bot.words.patch import FileChange, Patch

PARENT = {
    "shop/cart.py": Entry("100644", blob_sha(b"total = 0\n")),
    "run.sh": Entry("100755", blob_sha(b"#!/bin/sh\n")),
    "link": Entry("120000", blob_sha(b"shop/cart.py")),
    "vendor/lib": Entry("160000", "a" * 40),
}


def patch(*changes: tuple[str, str | None, str | None]) -> Patch:
    made = tuple(FileChange(path=path, before=before, after=after) for path, before, after in changes)
    return Patch(base="b" * 40, changes=made)


def test_a_file_keeps_its_mode_a_new_one_is_plain_a_deleted_one_has_no_sha() -> None:
    items = tree_items(
        patch(
            ("run.sh", "#!/bin/sh\n", "#!/bin/sh\necho\n"),
            ("shop/cart.py", "total = 0\n", None),
            ("tests/test_cart.py", None, "def test(): ...\n"),
        ),
        PARENT,
    )
    assert [(i["path"], i["mode"]) for i in items] == [
        ("run.sh", "100755"),
        ("shop/cart.py", "100644"),
        ("tests/test_cart.py", "100644"),
    ]
    assert items[1]["sha"] is None
    assert items[2]["content"] == "def test(): ...\n"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("link", "shop/cart.py", "x"), "symlink"),
        (("vendor/lib", "x", "y"), "submodule"),
        (("vendor/lib/setup.py", None, "x"), "no folder"),
        (("link/x", None, "x"), "no folder"),
        (("shop", None, "x"), "folder"),
        (("Shop/new.py", None, "x"), "upper and lower case"),
        (("SHOP/CART.PY", None, "x"), "upper and lower case"),
        (("shop/cart.py", "total = 1\n", "x"), "moved on"),
        (("shop/cart.py", None, "x"), "moved on"),
        (("gone.py", "x", "y"), "no longer there"),
        (("gone.py", None, None), "neither"),
        (("new.py", None, "\ud800"), "Unicode"),
        (("../up.py", None, "x"), "can't write"),
        (("/abs.py", None, "x"), "can't write"),
        (("a/.git/config", None, "x"), "can't write"),
        (("a\\b.py", None, "x"), "can't write"),
        (("a\nb.py", None, "x"), "can't write"),
        (("a\u202eb.py", None, "x"), "can't write"),
        (("", None, "x"), "can't write"),
    ],
)
def test_what_does_not_fit_is_refused(change: tuple[str, str | None, str | None], why: str) -> None:
    with pytest.raises(Refusal, match=why):
        tree_items(patch(change), PARENT)


def test_an_empty_or_doubled_patch_is_refused() -> None:
    with pytest.raises(Refusal, match="1 to 100"):
        tree_items(patch(), PARENT)
    with pytest.raises(Refusal, match="each once"):
        tree_items(patch(("a.py", None, "x"), ("a.py", None, "y")), PARENT)


def test_blob_sha_is_gits() -> None:
    assert blob_sha(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


NOT_OURS = ["main", "intern/", "intern/../main", "intern/a/b", "refs/heads/x", "intern/a b", "intern/x.lock",
            "intern/x\n", "xintern/a", "intern/-x"]  # fmt: skip


@pytest.mark.parametrize("branch", NOT_OURS)
def test_only_branches_of_ours_are_written(branch: str) -> None:
    check_branch("intern/issue-12")
    with pytest.raises(Refusal):
        check_branch(branch)
