"""Well-known plugins of pytest that a repository uses and forgot to name.

A module's or a fixture's name is no package's name, and whoever takes it for one installs a stranger's package: so
only what is in these tables is ever added.
"""

from collections.abc import Iterable, Iterator

from sandbox.environment.pytest_settings import PytestSettings
from sandbox.environment.test_files import TestFiles

#: By the beginning of an option in `addopts`. pytest-codspeed has a fixture and a mark "benchmark" too, so these tell
#: nothing.
OPTIONS = {
    "--cov": "pytest-cov",
    "--no-cov": "pytest-cov",
    "--numprocesses": "pytest-xdist",
    "--dist": "pytest-xdist",
    "--maxprocesses": "pytest-xdist",
    "--asyncio-mode": "pytest-asyncio",
    "--ds": "pytest-django",
    "--reuse-db": "pytest-django",
    "--create-db": "pytest-django",
    "--nomigrations": "pytest-django",
    "--no-migrations": "pytest-django",
    "--timeout": "pytest-timeout",
    "--benchmark": "pytest-benchmark",
    "--reruns": "pytest-rerunfailures",
    "--randomly": "pytest-randomly",
    "--random-order": "pytest-random-order",
    "--html": "pytest-html",
    "--json-report": "pytest-json-report",
    "--disable-socket": "pytest-socket",
    "--allow-hosts": "pytest-socket",
    "--mypy": "pytest-mypy",
    "--doctest-plus": "pytest-doctestplus",
    "--forked": "pytest-forked",
    "--mpl": "pytest-mpl",
    "--instafail": "pytest-instafail",
}
SHORT_OPTIONS = {"-n": "pytest-xdist"}
SETTINGS = {
    "asyncio_mode": "pytest-asyncio",
    "asyncio_default_fixture_loop_scope": "pytest-asyncio",
    "DJANGO_SETTINGS_MODULE": "pytest-django",
    "django_find_project": "pytest-django",
    "timeout": "pytest-timeout",
    "doctest_plus": "pytest-doctestplus",
    "env": "pytest-env",
    "qt_api": "pytest-qt",
}
FIXTURES = {
    "mocker": "pytest-mock",
    "aiohttp_client": "pytest-aiohttp",
    "httpx_mock": "pytest-httpx",
    "requests_mock": "requests-mock",
    "httpserver": "pytest-httpserver",
    "django_user_model": "pytest-django",
    "django_assert_num_queries": "pytest-django",
    "qtbot": "pytest-qt",
}
MARKS = {
    "asyncio": "pytest-asyncio",
    "django_db": "pytest-django",
    "timeout": "pytest-timeout",
    "trio": "pytest-trio",
    "anyio": "anyio",
}
#: Modules that tests import and whose package has just that name.
MODULES = {"hypothesis": "hypothesis"}


def configured_plugins(settings: PytestSettings) -> dict[str, str]:
    """Packages without which pytest refuses its settings, and what shows it, for a reader."""
    return _first(_configured(settings))


def used_plugins(tests: TestFiles) -> dict[str, str]:
    """Packages that the tests use, and what shows it, for a reader."""
    return _first(_used(tests))


def _first(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(reversed(list(found)))


def _configured(settings: PytestSettings) -> Iterator[tuple[str, str]]:
    for word in settings.options:
        for option, package in OPTIONS.items():
            if word.split("=")[0] == option or word.startswith(f"{option}-"):
                yield package, f"{settings.path} has {option}"
        for option, package in SHORT_OPTIONS.items():
            if word == option or word.removeprefix(option) in ("auto", "logical") or _is_count(word, option):
                yield package, f"{settings.path} has {option}"
    for key, package in SETTINGS.items():
        if key in settings.keys:
            yield package, f"{settings.path} has {key}"


def _is_count(word: str, option: str) -> bool:
    return word.startswith(option) and word.removeprefix(option).removeprefix("=").isdecimal()


def _used(tests: TestFiles) -> Iterator[tuple[str, str]]:
    for names, table, what in (
        (tests.parameters, FIXTURES, "the tests use the fixture"),
        (tests.marks, MARKS, "the tests use the mark"),
        (tests.modules, MODULES, "the tests import"),
    ):
        for name, package in table.items():
            if name in names:
                yield package, f"{what} {name}"
