"""Readers: which files of a repository name another one, and so may read it. Read as text, nothing is run.

What only tests name is a judge, wherever it lies: a test compares with it. What code names is no documentation,
whatever it is called.
"""

import re
from collections.abc import Collection, Iterator

from bot.decisions.proof.protection import is_test_path
from sandbox.files import Tree

#: Python that names documentation to package it, to build it, or to run tools; none of the program.
OF_PEOPLE = frozenset({"setup.py", "noxfile.py", "tasks.py", "conf.py"})
DOCUMENTS = frozenset({"doc", "docs", "documentation"})
MARKUP = (".md", ".markdown", ".rst", ".adoc")

#: What reads files, or shows a folder of them.
READS = re.compile(
    rb"\bopen\(|read_text|read_bytes|glob\(|iterdir\(|walk\(|listdir\(|scandir\(|get_data\(|Loader\(|StaticFiles|send_file"
    rb"|send_from_directory|TemplateResponse|fileinput|read_resource|load_"
)

#: A larger file is data itself.
LARGEST = 500_000


def read_by_code(path: str, files: Tree, *, usual: bool = False) -> bool:
    """Whether code of the repository names a file or one of its folders, and may read it.

    A folder's name, or a `usual` one that many repositories have, is no more than a word where nothing reads files.
    """
    quoted = re.compile(rf"[\"'/}}]{re.escape(path.rpartition('/')[2])}[\"']".encode())
    return any(
        (not usual and quoted.search(files[reader].data)) or READS.search(files[reader].data)
        for reader in named_in(path, files)
        if _is_program(reader)
    )


def read_by_tests_alone(path: str, files: Tree, tests: Collection[str] = ()) -> bool:
    """Whether tests name a file that is no Python and lies in no package, or one of its folders, and no code does.

    Args:
        path: of the file.
        files: the repository.
        tests: more test files, by their paths.
    """
    if path.endswith(".py") or in_package(path, files):
        return False
    readers = [(reader in tests or is_test_path(reader)) for reader in named_in(path, files)]
    return bool(readers) and all(readers)


def in_package(path: str, files: Tree) -> bool:
    """Whether a file lies in a Python package."""
    folders = path.split("/")[:-1]
    return any("/".join([*folders[:depth], "__init__.py"]) in files for depth in range(len(folders), 0, -1))


def named_in(path: str, files: Tree) -> Iterator[str]:
    """Python files with a string that ends in the file's name or in a folder's of it, or is a pattern below that."""
    *folders, name = path.split("/")
    ways = [rf"[\"'](?:[^\"'\n]{{0,200}}[/}}])?{re.escape(name)}[\"']", *map(_folder, folders)]
    pattern = re.compile("|".join(ways).encode())
    quick = [word.encode() for word in (name, *folders)]
    for reader, file in files.items():
        if not reader.endswith(".py") or len(file.data) > LARGEST or not any(word in file.data for word in quick):
            continue
        if pattern.search(file.data):
            yield reader


def mentioned_in(path: str, files: Tree) -> Iterator[str]:
    """Files that are no Python and no prose, and have the file's name in them: a build's, a container's, a list's."""
    name = path.rpartition("/")[2].encode()
    for reader, file in files.items():
        if reader != path and not reader.endswith((".py", *MARKUP)) and len(file.data) <= LARGEST and name in file.data:
            yield reader


def _folder(name: str) -> str:
    """A string that ends in a folder's name, or in a pattern below it; "/docs" is an address."""
    return rf"[\"'](?:[^\"'\n]{{0,200}}\w/|\.{{1,2}}/)?{re.escape(name)}(?:/[^\"'\n]{{0,200}}[*{{%]|/?[\"'])"


def _is_program(reader: str) -> bool:
    *folders, name = reader.split("/")
    return not (is_test_path(reader) or name in OF_PEOPLE or not DOCUMENTS.isdisjoint(map(str.casefold, folders)))
