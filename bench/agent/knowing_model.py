"""KnowingModel: a replayed model that answers from a task's known solution, without a mistake."""

from typing import Any

from bench.agent.answer import Answer
from bot.standins.replayed_model import ReplayedModel


class KnowingModel(ReplayedModel):
    """The server. Use as a context manager; `answer_key` is the task that is asked about."""

    def __init__(self, window: int) -> None:
        super().__init__([], window)
        self.answer_key: Answer | None = None

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """See `ReplayedModel.answer`."""
        if self.answer_key is not None:
            try:
                self.script = [self.answer_key.reply(prompt_of(body))]
            except (ValueError, LookupError) as error:
                return 500, {"error": f"the answers don't hold this: {error!r}"}
        return super().answer(body)


def prompt_of(body: dict[str, Any]) -> str:
    """The text of a request's messages."""
    return "\n".join(str(message.get("content", "")) for message in body.get("messages", []))
