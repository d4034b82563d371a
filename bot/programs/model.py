"""Model: which language model, where, and how large its window is. `make_lm` makes it usable by dspy."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from bot.words.value import Value

if TYPE_CHECKING:
    from bot.programs.ledger import Ledger

OLLAMA_PREFIXES = ("ollama_chat/", "ollama/")
RETRIES = 2


class Model(Value):
    """One language model.

    Attributes:
        name: LiteLLM's name, "provider/model" (https://docs.litellm.ai/docs/providers). The prefixes
            "ollama_chat/" and "ollama/" mean Ollama's own API, without LiteLLM.
        url: root of the server ("http://localhost:11434"); empty for a provider's public address.
        key: the provider's key; never shown.
        window: tokens of prompt and reply together; sent to Ollama as `num_ctx`.
        reply_tokens: the longest reply, in tokens. A reply that is cut off there is an error.
        temperature: of the first attempt; later attempts vary more.
        timeout: seconds to wait for a whole hosted reply, or for the next piece of a streamed one.
        reached_as: the name by which it is asked where that is another: of a recorded model, its stand-in's.
    """

    name: Annotated[str, Field(min_length=1)] = "ollama_chat/qwen2.5-coder:7b"
    url: str = ""
    key: Annotated[str, Field(repr=False)] = ""
    window: Annotated[int, Field(ge=4096)] = 16_384
    reply_tokens: Annotated[int, Field(ge=256)] = 4096
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.2
    timeout: Annotated[float, Field(gt=0)] = 300.0
    reached_as: str = ""

    @property
    def asked_as(self) -> str:
        """The name by which it is asked; people see `name`."""
        return self.reached_as or self.name

    @property
    def local(self) -> bool:
        """Whether Ollama serves it."""
        return self.asked_as.startswith(OLLAMA_PREFIXES)

    @property
    def prompt_characters(self) -> int:
        """How many characters of code fit into one prompt beside the reply, cautiously."""
        return max(4000, (self.window - self.reply_tokens) * 3)


def make_lm(model: Model, ledger: "Ledger | None" = None) -> Any:
    """The `dspy.LM` for a model; every call of it passes the ledger's gate, retries included.

    Args:
        model: which model.
        ledger: the job's; None for a probe without a budget.
    """
    import dspy  # costs 1.5 seconds: only whoever calls a model should pay

    from bot.programs.engine import MeteredEngine

    options = {"engine": MeteredEngine(model, ledger), "cache": False, "num_retries": RETRIES}
    try:
        return dspy.LM(model.asked_as, temperature=model.temperature, max_tokens=model.reply_tokens, **options)
    except dspy.LMConfigurationError:
        # OpenAI's reasoning models refuse a temperature and a small limit; their own defaults stand then.
        return dspy.LM(model.asked_as, **options)
