"""One run of a repository's tests in fresh rooms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.words.repository_settings import TestSettings
from sandbox.files import Tree
from sandbox.room import Limits, Room, Sandbox
from sandbox.suite.collect import collect
from sandbox.suite.plan import agrees, seconds_by_file
from sandbox.suite.report import Collection, SuiteReport, TestResult
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
                args=self._args,
                seconds=self.settings.seconds,
                workers=workers,
                on_result=self.on_result,
                program=("seeded", str(seed)) if seed else ("pytest_session",),
            )

    def trace(self, files: Tree, traced: Sequence[str], only: Sequence[str]) -> tuple[SuiteReport, Trace | None]:
        """The same, with the lines of the `traced` files that it ran. Raises SandboxError."""
        with self._open(files) as room:
            return run_traced(room, traced, paths=list(only), args=self._args, seconds=self.settings.seconds)

    def collect(self, files: Tree, only: Sequence[str] = ()) -> Collection:
        """Open a room with these files, and find the tests in it without running any. Raises SandboxError."""
        with self._open(files) as room:
            paths = list(only or self.settings.paths)
            return collect(room, paths=paths, args=self._args, seconds=self.settings.seconds)

    def whole(self, files: Tree, before: SuiteReport) -> SuiteReport:
        """The whole suite, in as many rooms as before; what several rooms object to, one room has to confirm.

        Raises:
            SandboxError: no room could be had.
        """
        if before.rooms > 1:
            together = self.run_sharded(files, before, before.rooms)
            if agrees(before, together):
                return together
        return self.run(files)

    def run_sharded(self, files: Tree, like: SuiteReport, rooms: int) -> SuiteReport:
        """Run the whole suite in several rooms, balanced by the times of an earlier run. Raises SandboxError."""
        weights = seconds_by_file(like)
        return run_sharded(
            lambda: self._open(files),
            list(weights),
            rooms=rooms,
            weights=weights,
            paths=list(self.settings.paths),
            args=self._args,
            seconds=self.settings.seconds,
            on_result=self.on_result,
        )

    def within(self, seconds: float) -> "Suites":
        """The same, but each run may take only so long."""
        return replace(self, settings=self.settings.model_copy(update={"seconds": seconds}))

    @property
    def _args(self) -> list[str]:
        """Without those that end a run at its first failure: a result of each test is needed."""
        return [one for one in self.settings.args if one not in ("-x", "--exitfirst") and not _is_maxfail(one)]

    def _open(self, files: Tree) -> Room:
        seconds = self.settings.seconds
        roomy = replace(self.limits, seconds=seconds, lifetime=max(self.limits.lifetime, seconds + 60))
        return self.sandbox.open(files, limits=roomy, environment=self.environment)


def _is_maxfail(argument: str) -> bool:
    """Whether it is `--maxfail=3`; as two words it can't be told from what follows, and stays."""
    return argument.startswith("--maxfail=")
