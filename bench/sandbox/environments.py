"""Environments: packages installed for the first and the second time, beside pip into a folder of the host."""

import secrets
import subprocess
import sys
import tempfile

from bench.sandbox.figure import Figure, Line, at_most, times, written
from bench.sandbox.turns import timed
from bench.spread import Spread
from sandbox.docker.driver import DockerSandbox
from sandbox.environment.needs import Needs
from sandbox.environment.prepare import prepare, store_of
from sandbox.room import SandboxError

COUNT, AGAIN = 5, 4
PACKAGES = ("numpy", "pydantic", "requests")
AIM_FIRST, AIM_SECOND_MS = 1.5, 5.0


def measure_environments(sandbox: DockerSandbox, count: int = COUNT) -> Figure:
    """Fresh installations and hits; what is installed here is removed again, and nothing else."""
    first, second, plain = [], [], []
    store = store_of(sandbox)
    for _ in range(count):
        needs = Needs(requirements=_fresh())
        names: list[str] = []
        try:
            first.append(timed(lambda: names.append(prepare(sandbox, needs, {}).name)))  # noqa: B023  (called at once)
            second += [timed(lambda: prepare(sandbox, needs, {})) for _ in range(AGAIN)]  # noqa: B023  (likewise)
        finally:
            for name in names:
                store.remove(name)
        plain.append(_pip())
    store.sweep()
    made, found, host = Spread.of(first), Spread.of(second), Spread.of(plain)
    return Figure(
        f"Environment: {', '.join(PACKAGES)}",
        (
            Line("first time, ms", made, ratio=written(times(made, host)), aim=at_most(AIM_FIRST, made.median, "s")),
            Line("pip into a folder of the host, no cache, ms", host),
            Line("second time, ms", found, aim=at_most(AIM_SECOND_MS, 1000 * found.median, "ms")),
        ),
    )


def _fresh() -> tuple[str, ...]:
    """The packages in words that nobody used before: a version that never was is excluded."""
    never = f"!=0.0.0.{secrets.randbelow(10**9)}"
    return (*PACKAGES[:-1], PACKAGES[-1] + never)


def _pip() -> float:
    """Seconds. Raises SandboxError: pip can't."""
    with tempfile.TemporaryDirectory(prefix="intern-bench-") as folder:
        argv = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-cache-dir"]
        argv += ["--only-binary=:all:", "--target", folder, *PACKAGES]
        try:
            return timed(lambda: subprocess.run(argv, capture_output=True, check=True, timeout=600))
        except (OSError, subprocess.SubprocessError) as error:
            raise SandboxError(f"pip of the host can't install the packages: {error}") from error
