"""A model that keeps whoever asks waiting, so that they are surely at work when something happens to them."""

import threading
from collections.abc import Callable
from typing import Any

from bot.standins.replayed_model import ReplayedModel

#: Seconds that nobody is kept waiting longer: a test that fails ends, too.
LONG = 120.0


class Held(ReplayedModel):
    """Mixed into a model. What is asked while `holds()` gets no answer, and counts as never asked.

    Attributes:
        holds: whether the model keeps silent now.
    """

    def __init__(self, *script: Any, **options: Any) -> None:
        super().__init__(*script, **options)
        self.holds: Callable[[], bool] = lambda: False
        self._asked, self._gone = threading.Event(), threading.Event()

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if not self._gone.is_set() and self.holds():
            self._asked.set()
            self._gone.wait(LONG)
            return 503, {"error": "whoever asked is gone"}
        return super().answer(body)

    def somebody_waits(self, seconds: float) -> bool:
        """Wait until somebody waits for an answer."""
        return self._asked.wait(seconds)

    def let_go(self) -> None:
        """Whoever waits is told that there is no answer; from now on there are some."""
        self._gone.set()
