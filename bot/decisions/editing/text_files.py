"""Text files: what beside Python a plan may name, what of it is documentation, and whether a data file can be read.

Documentation is what no program of the repository reads: it can't make a test red or green, so a proof of code never
rests on it. Everything else counts as something that code reads.
"""

import json
import re
import tomllib
from collections.abc import Collection

import yaml

from bot.decisions.code.readers import DOCUMENTS, in_package, mentioned_in, read_by_code
from bot.decisions.proof.protection import is_test_path
from bot.words.patch import Patch
from sandbox.files import File, Tree

PROSE = frozenset({".md", ".markdown", ".rst", ".adoc", ".txt"})
DATA = frozenset({".json", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".csv", ".tsv", ".xml", ".po", ".sql"})
TEMPLATES = frozenset({".html", ".htm", ".css", ".j2", ".jinja", ".jinja2", ".mako", ".tmpl", ".tpl", ".svg"})

#: Files whose name says what they are, with or without a suffix; people read them, programs don't.
NAMES = frozenset(
    {"readme", "changelog", "changes", "history", "news", "authors", "contributors", "contributing", "upgrading"}
    | {"migration", "install", "faq", "glossary", "code_of_conduct", "support", "roadmap"}
)

#: What is looked at of a data file, in characters; a larger one is taken as it is.
LARGEST = 200_000

#: How a script begins, whatever its name: `sh install` needs no mode.
SCRIPT = "#!"

#: What of a page a documentation's build runs, by extensions of Sphinx, MyST and MkDocs: whoever builds it, runs it.
RUN = re.compile(
    r"^[ \t]*(?:\.\.[ \t]+|[`:~]{3,}[ \t]*\{?)"
    r"(?:program-output|command-output|jupyter-execute|code-cell|ipython|exec|plot)\b"
    r"|^[ \t]*[`~]{3,}.*\bexec=",
    re.MULTILINE,
)

#: A file that a patch adds.
NEW = File(b"")


def is_text(path: str) -> bool:
    """Whether a file of this name is text beside Python that a plan may name."""
    name = path.rpartition("/")[2].casefold()
    return suffix_of(path) in PROSE | DATA | TEMPLATES or name in NAMES


def is_documentation(path: str, files: Tree) -> bool:
    """Whether nothing but people read a file, by its name and place.

    Prose in a package may be what its code reads, and so may anything that code names or that can be run: that is none.

    Args:
        path: of the file.
        files: the repository, by which packages are known.
    """
    *folders, name = path.split("/")
    stem, suffix = name.casefold().partition(".")[0], suffix_of(path)
    if is_test_path(path) or (suffix not in PROSE and (suffix or stem not in NAMES)):
        return False
    usual = stem.replace("-", "_") in NAMES
    if in_package(path, files) or (path in files and _is_run(files[path])) or read_by_code(path, files, usual=usual):
        return False
    if usual:
        return True
    if suffix == ".txt" and any(mentioned_in(path, files)):
        return False  # "docs/wanted.txt" may be a list of what a build installs
    return not DOCUMENTS.isdisjoint(map(str.casefold, folders)) or (not folders and suffix != ".txt")


def documentation_of(patch: Patch, files: Tree, collected: Collection[str] = ()) -> tuple[str, ...]:
    """Paths of the patch that are documentation and hold no test.

    Args:
        patch: the patch.
        files: the base, by which packages are known.
        collected: ids of the tests that pytest found: prose whose examples are run is a test.
    """
    tested = {one.partition("::")[0] for one in collected}
    packages = {c.path: NEW for c in patch.changes if c.path.endswith("/__init__.py") and c.after is not None}
    known = {**packages, **files}
    return tuple(
        c.path
        for c in patch.changes
        if c.path not in tested and not _runs(c.after or "") and is_documentation(c.path, known)
    )


def malformed(path: str, text: str) -> str:
    """Why a data file can't be read, in a few words; "" when it can, or nobody here knows its form."""
    if len(text) > LARGEST:
        return ""
    try:
        match suffix_of(path):
            case ".json":
                json.loads(text.removeprefix("\ufeff"))
            case ".toml":
                tomllib.loads(text)
            case ".yaml" | ".yml":
                for _ in yaml.parse(text, Loader=yaml.SafeLoader):  # events alone: no alias is followed, nothing built
                    pass
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        return " ".join(str(error).split())[:200] or type(error).__name__
    return ""


def _runs(text: str) -> bool:
    return text.startswith(SCRIPT) or bool(RUN.search(text))


def _is_run(file: File) -> bool:
    return file.executable or file.data.startswith(SCRIPT.encode())


def suffix_of(path: str) -> str:
    """The last suffix in small letters, with its dot; "" for none."""
    name = path.rpartition("/")[2].casefold()
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix}" if dot and stem else ""
