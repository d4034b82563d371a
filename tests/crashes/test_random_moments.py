"""The bot is killed at random moments, in real rooms, until it has come through: nothing is doubled, nothing is left.

The seed is printed; `CRASH_SEED=123 python -m pytest tests/crashes/test_random_moments.py` tries these moments again.
"""

import os
import random
import threading

import pytest

from tests.crashes.checks import check_all
from tests.crashes.repository import FILES
from tests.crashes.stage import CrashStage
from tests.crashes.stories import REFINE, SOLVE, Story

pytestmark = [pytest.mark.bubblewrap, pytest.mark.timeout(600)]

#: How often it is killed, and the longest life that it may have until then, in seconds.
KILLS, LIFE = 3, 6.0


@pytest.mark.parametrize("story", [SOLVE, REFINE], ids=lambda story: story.name)
def test_a_bot_that_is_killed_at_random_comes_through(story: Story) -> None:
    seed = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(10**9))
    print(f"CRASH_SEED={seed}")  # noqa: T201  (shown where the test fails)
    chance, pause = random.Random(seed), threading.Event()  # noqa: S311  (no secret)
    with CrashStage(FILES, story.script(), known=None) as stage:
        conversation, act = story.begin(stage)
        stage.start()
        stage.listening()
        stage.asks(act())
        for _ in range(KILLS):
            pause.wait(chance.uniform(0.0, LIFE))
            stage.kill()
            stage.start(hours=chance.choice((0.0, 0.0, 2.0)))
            if chance.random() < 0.5:
                stage.listening()
        stage.listening()
        stage.redeliver()
        stage.passes(conversation)
        check_all(stage, conversation)
