"""Purpose: which extras, groups, environments and files are for the tests, by the words of their names."""

import re
from enum import IntEnum

TESTS = frozenset(["test", "tests", "testing", "tester", "unittest", "unittests", "pytest"])
DEVELOPMENT = frozenset(
    [
        *("dev", "devel", "develop", "development", "developer", "developers", "contrib", "local"),
        *("ci", "qa", "tox", "nox", "coverage", "cov"),
    ]
)
#: Names such as "test-docs" and "dev-lint" are for something else.
OTHER = frozenset(
    [
        *("doc", "docs", "documentation", "notebook", "notebooks", "release", "publish", "build", "deploy", "prod"),
        *("lint", "linter", "linters", "linting", "format", "formatting", "style"),
        *("typing", "types", "typecheck", "mypy", "bench", "benchmark", "benchmarks", "perf", "gpu", "cuda"),
        *("production", "nightly", "upstream", "downstream", "windows", "win", "macos", "mac", "conda"),
        *("pypy", "pypy3", "old", "oldest", "min", "minimum", "minimal"),
    ]
)
BETWEEN = re.compile(r"[^a-z0-9]+")


class Purpose(IntEnum):
    """What a name promises, the best first."""

    TESTS = 0
    SOME_TESTS = 1
    DEVELOPMENT = 2
    SOME_DEVELOPMENT = 3
    NONE = 4


def words(name: str) -> frozenset[str]:
    """The words of a name ("test-core" has two)."""
    return frozenset(BETWEEN.split(name.lower()[:200])) - {""}


def purpose_of(found: frozenset[str]) -> Purpose:
    """What these words of a name promise: "tests" means all of them, "tests-redis" some."""
    if found & OTHER or not found & (TESTS | DEVELOPMENT):
        return Purpose.NONE
    if found & TESTS:
        return Purpose.TESTS if found <= TESTS | DEVELOPMENT else Purpose.SOME_TESTS
    return Purpose.DEVELOPMENT if found <= DEVELOPMENT else Purpose.SOME_DEVELOPMENT


def is_for_tests(name: str) -> bool:
    """Whether something of this name may be what the tests need."""
    return purpose_of(words(name)) is not Purpose.NONE
