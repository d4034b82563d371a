"""A model that says again what was recorded: to the same prompt the same, to another one what comes next."""

from dataclasses import dataclass
from typing import Any

from bot.replay.recording import Call
from bot.standins.replayed_model import MODEL, ReplayedModel

#: What never reached a server: asking again ends the same way without it.
_UNSENT = ("ContextLengthError", "BudgetSpent", "DaySpent", "Cancelled")
_CUT_OFF = "The reply was cut off"


@dataclass(frozen=True)
class Deviation:
    """The first prompt that was not recorded.

    Attributes:
        number: of the call in this replay, from 1.
        purpose: what the call whose reply it got was for; "" where none was left.
        recorded: the line that was recorded where the prompts part; "" beyond its end.
        now: the line that is there now.
    """

    number: int
    purpose: str
    recorded: str
    now: str


class RecordedModel(ReplayedModel):
    """The server. Use as a context manager.

    Args:
        calls: the recorded ones, in order.
        window: the context length that it tells, in tokens.
        counted: whether the tokens were counted by an Ollama server; another's would look to the bot as if the
            prompt had been cut.
    """

    def __init__(self, calls: tuple[Call, ...], window: int, *, counted: bool) -> None:
        super().__init__([], window)
        self._left = [call for call in calls if not call.error.startswith(_UNSENT)]
        self._counted = counted
        self.same = 0
        self.deviation: Deviation | None = None

    @property
    def unused(self) -> int:
        """Recorded replies that nobody asked for."""
        return len(self._left)

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The reply to one `/api/chat` request, as (HTTP status, JSON)."""
        messages = tuple((str(one.get("role")), str(one.get("content", ""))) for one in body.get("messages", []))
        with self._lock:
            self.requests.append(body)
            call = next((call for call in self._left if call.messages == messages), None)
            if call is not None:
                self.same += 1
            else:
                call = self._left[0] if self._left else None
                self.deviation = self.deviation or _deviation(len(self.requests), call, messages)
            if call is None:
                return 400, {"error": "nothing more was recorded"}
            self._left.remove(call)
        return self._said(call, messages)

    def _said(self, call: Call, messages: tuple[tuple[str, str], ...]) -> tuple[int, dict[str, Any]]:
        cut_off = _CUT_OFF in call.error
        if call.error and not cut_off:
            return 500, {"error": call.error}
        characters = sum(len(text) for _, text in messages)
        return 200, {
            "model": MODEL,
            "created_at": "2026-01-01T00:00:00Z",
            "message": {"role": "assistant", "content": call.reply},
            "done": True,
            "done_reason": "length" if cut_off else "stop",
            "prompt_eval_count": call.prompt_tokens if self._counted else characters // 4,
            "eval_count": call.reply_tokens,
        }


def _deviation(number: int, call: Call | None, messages: tuple[tuple[str, str], ...]) -> Deviation:
    before = _lines(call.messages) if call else []
    now = _lines(messages)
    place = next((n for n, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), min(len(before), len(now)))
    first, second = (lines[place] if place < len(lines) else "" for lines in (before, now))
    return Deviation(number, call.purpose if call else "", first, second)


def _lines(messages: tuple[tuple[str, str], ...]) -> list[str]:
    return [line for _, text in messages for line in text.splitlines()]
