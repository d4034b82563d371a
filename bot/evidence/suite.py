"""One run of a repository's tests in a fresh room."""

from collections.abc import Sequence
from dataclasses import replace

from bot.words.repository_settings import TestSettings
from sandbox.files import Tree
from sandbox.room import Limits, Sandbox
from sandbox.suite.report import SuiteReport
from sandbox.suite.run import run_pytest


def run_suite(
    sandbox: Sandbox,
    files: Tree,
    settings: TestSettings,
    *,
    limits: Limits,
    only: Sequence[str] = (),
    environment: str | None = None,
) -> SuiteReport:
    """Open a room with `files`, run pytest in it, and throw the room away.

    Args:
        sandbox: the maker of the room.
        files: the workspace's content.
        settings: the repository's test settings.
        limits: the room's limits; its lifetime is stretched to hold the run.
        only: test files to run; empty means the settings' paths.
        environment: a prepared dependency environment, or None.

    Raises:
        SandboxError: no room could be had.
    """
    seconds = settings.seconds
    roomy = replace(limits, seconds=seconds, lifetime=max(limits.lifetime, seconds + 60))
    with sandbox.open(files, limits=roomy, environment=environment) as room:
        return run_pytest(room, paths=list(only or settings.paths), args=list(settings.args), seconds=seconds)
