"""The runner of a GitHub Action: what it reads of us, a log that it takes commands from, and a summary.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigurationError


@contextmanager
def commands_stopped() -> Iterator[None]:
    """Let the runner take no commands from the log meanwhile: words of an issue or a model may come up in it.

    After an error they stay stopped, for its traceback is written later. The token is known to nobody else:
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
    """
    token = secrets.token_hex(16)
    _tell(f"::stop-commands::{token}")
    yield
    sys.stderr.flush()
    _tell(f"::{token}::")


def write_summary(environment: Mapping[str, str], text: str) -> None:
    """Add Markdown to the page of the run, where there is one. Raises ConfigurationError."""
    path = environment.get("GITHUB_STEP_SUMMARY", "")
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(f"{text}\n")
    except OSError as error:
        raise ConfigurationError(f"GITHUB_STEP_SUMMARY {path} can't be written: {error.strerror}.") from error


def _tell(command: str) -> None:
    print(command, flush=True)  # noqa: T201  (the runner reads standard output)
