"""Rooms for suites, and environments with plugins of pytest."""

from collections.abc import Callable, Mapping
from typing import Protocol

import pytest

from sandbox.environment.needs import Needs
from sandbox.environment.prepare import prepare
from sandbox.files import File, Tree
from sandbox.room import MIB, Limits, Sandbox
from sandbox.suite.report import SuiteReport
from sandbox.suite.run import run_pytest

LIMITS = Limits(seconds=120, lifetime=280, memory=384 * MIB)
TWO = Limits(seconds=120, lifetime=280, memory=512 * MIB, cpus=2)


class Run(Protocol):
    """Runs these files' tests in a fresh room."""

    def __call__(self, files: Mapping[str, str], *, environment: str = "", **options: object) -> SuiteReport: ...


def tree(files: Mapping[str, str]) -> Tree:
    return {path: File(text.encode()) for path, text in files.items()}


def outcomes(report: SuiteReport) -> dict[str, str]:
    return {result.id.rpartition("::")[2]: result.outcome.value for result in report.results}


@pytest.fixture
def run(sandbox: Sandbox) -> Run:
    def run_files(
        files: Mapping[str, str],
        *,
        environment: str = "",
        limits: Limits = LIMITS,
        seconds: float = 120,
        **options,
    ) -> SuiteReport:
        with sandbox.open(tree(files), limits=limits, environment=environment or None) as room:
            return run_pytest(room, seconds=seconds, **options)

    return run_files


@pytest.fixture(scope="session")
def with_packages(sandbox: Sandbox) -> Callable[..., str]:
    """An environment with these packages; made once."""

    def made(*packages: str) -> str:
        return prepare(sandbox, Needs(requirements=tuple(sorted(packages))), {}).name

    return made
