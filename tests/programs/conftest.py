"""What the tests of the programs share: a session with a scripted model."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from bot.programs.configure import configure_dspy
from bot.programs.ledger import Ledger
from bot.programs.model import Model
from bot.programs.session import session
from bot.words.budget import Budget
from tests.programs.fake_ollama import FakeOllama, Line, fake_ollama


@pytest.fixture(scope="session", autouse=True)
def _configured() -> None:
    configure_dspy()


@dataclass
class Talk:
    """A session that is open, its model's server and its trajectory."""

    ollama: FakeOllama
    ledger: Ledger
    trajectory: list[dict] = field(default_factory=list)


@contextmanager
def talking(*script: Line, otherwise: Line | None = None, budget: Budget | None = None, **options) -> Iterator[Talk]:
    seconds = options.pop("seconds", 60.0)
    stopped = options.pop("stopped", lambda: False)
    teacher = options.pop("teacher", None)
    lines: list[dict] = []
    with fake_ollama(*script, otherwise=otherwise) as fake:
        model = Model(url=fake.url, timeout=options.pop("timeout", 20.0), **options)
        with session(model, budget or Budget(), time.monotonic() + seconds, stopped, lines.append, teacher) as ledger:
            yield Talk(fake, ledger, lines)


@pytest.fixture
def talk() -> Iterator[Callable[..., Talk]]:
    with ExitStack() as stack:
        yield lambda *script, **options: stack.enter_context(talking(*script, **options))
