"""Run: every figure of the sandbox, one after the other, on a sandbox of its own."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from bench.sandbox.bubblewrap import TITLE as BUBBLEWRAP
from bench.sandbox.bubblewrap import measure_bubblewrap
from bench.sandbox.environments import measure_environments
from bench.sandbox.figure import Figure, Line
from bench.sandbox.memory import measure_memory
from bench.sandbox.peer_environment import peer_environment
from bench.sandbox.pool import measure_pool
from bench.sandbox.repository import measure_repository
from bench.sandbox.side_by_side import measure_side_by_side
from bench.sandbox.starts import measure_starts
from bench.sandbox.statements import measure_statements
from bench.sandbox.verdict import measure_verdict
from bot import settings
from bot.errors import ConfigurationError
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.image import ensure_image
from sandbox.room import SandboxError

Say = Callable[[str], None]


def measure_sandbox(environment: Mapping[str, str], say: Say, *, peers: bool) -> tuple[str, Sequence[Figure]]:
    """The sandbox's own description, and every figure.

    Args:
        environment: the operator's settings, for the engine.
        say: told what is being measured.
        peers: whether other sandboxes are installed for the run and measured, too.

    Raises:
        ConfigurationError: no engine or no image.
    """
    with _open(environment, say) as sandbox, peer_environment(peers) as installed:
        steps: tuple[tuple[str, Callable[[], Figure]], ...] = (
            ("Cold start", lambda: measure_starts(sandbox)),
            ("Room from the pool", lambda: measure_pool(sandbox)),
            ("One statement", lambda: measure_statements(sandbox, installed)),
            ("Repository", lambda: measure_repository(sandbox)),
            ("Environment", lambda: measure_environments(sandbox)),
            ("Rooms side by side", lambda: measure_side_by_side(sandbox)),
            ("Room that only waits", lambda: measure_memory(sandbox)),
            ("Evidence", lambda: measure_verdict(sandbox, sandbox.limits)),
            (BUBBLEWRAP, measure_bubblewrap),
        )
        return sandbox.describe(), [_measured(title, measure, say) for title, measure in steps]


def _measured(title: str, measure: Callable[[], Figure], say: Say) -> Figure:
    say(title)
    try:
        return measure()
    except SandboxError as error:
        return Figure(title, (Line(title, note=str(error)),))


def _open(environment: Mapping[str, str], say: Say) -> DockerSandbox:
    chosen = settings.sandbox_settings(environment)
    try:
        with closing(connect(chosen.docker_host)) as client:
            image = ensure_image(client, say=say)
        return DockerSandbox(image, host=chosen.docker_host, runtime=chosen.runtime)
    except SandboxError as error:
        raise ConfigurationError(str(error)) from error
