"""dspy is set up once, as the command line does."""

import pytest

from bot.programs.configure import configure_dspy


@pytest.fixture(scope="session", autouse=True)
def _configured() -> None:
    configure_dspy()
