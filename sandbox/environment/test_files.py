"""The repository's test files as text: what they import, which fixtures and marks they use. Nothing is parsed."""

import posixpath
import re
from dataclasses import dataclass

from sandbox.environment.repository import Repository

LARGEST = 2**20
MOST_BYTES = 32 * 2**20
#: Folders of other people's code.
FOREIGN = frozenset(
    [
        "node_modules",
        "site-packages",
        "venv",
        ".venv",
        "env",
        ".tox",
        ".nox",
        "vendor",
        "_vendor",
        "third_party",
        "fixtures",
        "testdata",
        "build",
        "dist",
    ]
)
#: At the margin: an import inside of `try`, `if` or a function may well be left out.
IMPORT = re.compile(
    rb"^(?:from[ \t]++([A-Za-z_]\w*+)[\w.]*+[ \t]++import\b|import[ \t]++([A-Za-z_][\w., \t]*+))",
    re.MULTILINE | re.ASCII,
)
LISTED = re.compile(rb"(?:^|,)[ \t]*([A-Za-z_]\w*)", re.ASCII)
SIGNATURE = re.compile(rb"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(([^)]{0,2000})", re.MULTILINE | re.ASCII)
PARAMETER = re.compile(rb"(?:^|,)\s*(\w+)", re.ASCII)
MARK = re.compile(rb"\bpytest\.mark\.(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class TestFiles:
    """What all of the test files use.

    Attributes:
        modules: top-level modules that they import.
        parameters: names of parameters, among which are fixtures, without those that the tests define.
        marks: names of pytest's marks.
    """

    __test__ = False

    modules: frozenset[str]
    parameters: frozenset[str]
    marks: frozenset[str]


def read_test_files(repository: Repository) -> TestFiles:
    """Look at every test file and conftest.py, up to 32 MiB of them."""
    modules: set[bytes] = set()
    parameters: set[bytes] = set()
    defined: set[bytes] = set()
    marks: set[bytes] = set()
    left = MOST_BYTES
    for path in sorted(filter(is_test_file, repository.files)):
        data = repository.files[path].data
        left -= len(data)
        if left < 0:
            repository.note("there are more than 32 MiB of test files: not all were looked at")
            break
        if len(data) <= LARGEST:
            modules.update(_modules(data))
            marks.update(MARK.findall(data))
            for name, signature in SIGNATURE.findall(data):
                defined.add(name)
                parameters.update(PARAMETER.findall(signature))
    return TestFiles(_names(modules), _names(parameters - defined), _names(marks))


def is_test_file(path: str) -> bool:
    """Whether pytest collects a file of this name, or takes fixtures from it; a template's is none yet."""
    *folders, name = path.split("/")
    if FOREIGN & set(folders) or "{" in path or not name.endswith(".py"):
        return False
    return name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")


def own_modules(repository: Repository) -> frozenset[str]:
    """Every name that an import might find in the repository itself."""
    names: set[str] = set()
    for path in repository.files:
        folder, name = posixpath.split(path)
        if name.endswith((".py", ".pyi", ".pyx", ".so", ".c", ".cpp", ".rs")):
            names.add(name.partition(".")[0])
            names.update(folder.split("/"))
    return frozenset(names)


def _modules(data: bytes) -> set[bytes]:
    found = set()
    for single, several in IMPORT.findall(data):
        found.update([single] if single else LISTED.findall(several))
    return found


def _names(found: set[bytes]) -> frozenset[str]:
    return frozenset(name.decode("ascii", "replace") for name in found if len(name) < 80)
