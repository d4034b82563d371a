"""Budget and Usage: what a job may spend and what it has spent."""

from bot.words.day import DayBudget
from bot.words.value import Value


class Budget(Value):
    """Hard limits of one job, enforced outside of the model.

    Attributes:
        attempts: patches written and verified.
        minutes: wall time of the whole job.
        calls: requests to the model.
        tokens: prompt and reply tokens together.
        money: US dollars, by LiteLLM's price table; a local model costs nothing.
        day: what all jobs of one repository may spend in a day; kept by the server alone.
    """

    attempts: int = 4
    minutes: float = 30.0
    calls: int = 80
    tokens: int = 600_000
    money: float = 2.0
    day: DayBudget = DayBudget()


class Usage(Value):
    """What was spent.

    Attributes:
        calls: requests to the model that were answered or failed.
        prompt_tokens: tokens sent, as counted by the model's server.
        reply_tokens: tokens received.
        prompt_characters: characters sent.
        money: US dollars.
        unpriced: calls of a hosted model whose price is in no table; they are not in `money`.
        model_seconds: wall time waiting for the model.
        room_seconds: wall time of code in the sandbox.
    """

    calls: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0
    prompt_characters: int = 0
    money: float = 0.0
    unpriced: int = 0
    model_seconds: float = 0.0
    room_seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Prompt and reply tokens together."""
        return self.prompt_tokens + self.reply_tokens

    def __add__(self, other: "Usage") -> "Usage":
        """The sum, field by field."""
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in Usage.model_fields})
