"""One run of a repository's tests in fresh rooms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.words.repository_settings import TestSettings
from sandbox.files import Tree
from sandbox.room import Limits, Room, Sandbox
from sandbox.suite.plan import seconds_by_file
from sandbox.suite.report import SuiteReport, TestResult
from sandbox.suite.run import run_pytest
from sandbox.suite.shards import run_sharded
from sandbox.suite.trace import Trace
from sandbox.suite.traced import run_traced


@dataclass(frozen=True, slots=True)
class Suites:
    """Runs a repository's tests.

    Attributes:
        sandbox: the maker of rooms.
        settings: the repository's test settings.
        limits: the limits of each room; its lifetime is stretched to hold the run.
        environment: a prepared dependency environment, or None.
        on_result: told of each result as it comes, from whichever thread runs the tests.
    """

    sandbox: Sandbox
    settings: TestSettings
    limits: Limits
    environment: str | None = None
    on_result: Callable[[TestResult], None] | None = None

    def run(self, files: Tree, only: Sequence[str] = (), *, seed: int = 0, workers: int | None = None) -> SuiteReport:
        """Open a room with these files, run pytest in it, and throw the room away.

        Args:
            files: the workspace's content.
            only: test files, or ids, to run; empty means the settings' paths.
            seed: of Python's hashes; 0 for whatever they are.
            workers: as for `run_pytest`.

        Raises:
            SandboxError: no room could be had.
        """
        with self._open(files) as room:
            return run_pytest(
                room,
                paths=list(only or self.settings.paths),
                args=list(self.settings.args),
                seconds=self.settings.seconds,
                workers=workers,
                on_result=self.on_result,
                program=("seeded", str(seed)) if seed else ("pytest_session",),
            )

    def trace(self, files: Tree, traced: Sequence[str], only: Sequence[str]) -> tuple[SuiteReport, Trace | None]:
        """The same, with the lines of the `traced` files that it ran. Raises SandboxError."""
        with self._open(files) as room:
            return run_traced(
                room, traced, paths=list(only), args=list(self.settings.args), seconds=self.settings.seconds
            )

    def run_sharded(self, files: Tree, like: SuiteReport, rooms: int) -> SuiteReport:
        """Run the whole suite in several rooms, balanced by the times of an earlier run. Raises SandboxError."""
        weights = seconds_by_file(like)
        return run_sharded(
            lambda: self._open(files),
            list(weights),
            rooms=rooms,
            weights=weights,
            paths=list(self.settings.paths),
            args=list(self.settings.args),
            seconds=self.settings.seconds,
            on_result=self.on_result,
        )

    def within(self, seconds: float) -> "Suites":
        """The same, but each run may take only so long."""
        return replace(self, settings=self.settings.model_copy(update={"seconds": seconds}))

    def _open(self, files: Tree) -> Room:
        seconds = self.settings.seconds
        roomy = replace(self.limits, seconds=seconds, lifetime=max(self.limits.lifetime, seconds + 60))
        return self.sandbox.open(files, limits=roomy, environment=self.environment)
