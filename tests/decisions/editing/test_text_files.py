"""Which files beside Python a plan may name, what of them is documentation, and whether data can be read."""

import pytest

from bot.decisions.editing.text_files import documentation_of, is_documentation, is_text, malformed
from bot.words.patch import FileChange, Patch
from sandbox.files import File

FILES = {
    "README.md": File(b"# a"),
    "run.md": File(b"#!/bin/sh", executable=True),
    "pkg/__init__.py": File(b""),
    "pkg/prompts/system.md": File(b"You are"),
    "docs/use.md": File(b"# use"),
}


@pytest.mark.parametrize(
    "path", ["README.md", "CHANGELOG", "NEWS.txt", "docs/use.md", "docs/words.txt", "doc/a/b.rst", "notes.rst"]
)
def test_what_only_people_read_is_documentation(path: str) -> None:
    assert is_text(path)
    assert is_documentation(path, FILES)


@pytest.mark.parametrize(
    "path",
    [
        "pkg/README.md",  # importlib.resources may read it
        "pkg/prompts/system.md",
        "words.txt",
        "data/words.txt",
        "run.md",
        "tests/expected.md",
        "docs/conf.py",
        "docs/data.json",
        "docs/page.html",
        "setup",
    ],
)
def test_what_code_may_read_or_run_is_none(path: str) -> None:
    assert not is_documentation(path, FILES)


def test_prose_whose_examples_are_tests_or_that_a_patch_puts_into_a_package_is_none() -> None:
    def change(path: str, before: str | None = "a") -> FileChange:
        return FileChange(path=path, before=before, after="b\n")

    patch = Patch(base="b", changes=(change("README.md"), change("docs/use.md"), change("new/README.md", None)))
    assert documentation_of(patch, FILES) == ("README.md", "docs/use.md", "new/README.md")
    assert documentation_of(patch, FILES, ["README.md::README.md"]) == ("docs/use.md", "new/README.md")
    package = patch.model_copy(update={"changes": (*patch.changes, change("new/__init__.py", None))})
    assert documentation_of(package, FILES) == ("README.md", "docs/use.md")


@pytest.mark.parametrize("path", ["a.so", "a.pyc", "run.sh", "a.js", "Dockerfile", "LICENSE", "a.pem"])
def test_what_can_be_planned_is_a_short_list(path: str) -> None:
    assert not is_text(path)


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("a.json", '{"a": 1}', '{"a": 1,}'),
        ("a.toml", "a = 1", "a = "),
        ("a.yaml", "a: &x [1]\nb: *x", "a: [1"),
        ("a.yml", "a: !!python/object:os.system x", "a: 'b"),
        ("a.md", "[", "["),
    ],
)
def test_data_that_cant_be_read_is_told(path: str, good: str, bad: str) -> None:
    assert malformed(path, good) == ""
    assert bool(malformed(path, bad)) == (path != "a.md")
