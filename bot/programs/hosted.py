"""Any model but Ollama's, through LiteLLM (https://docs.litellm.ai/docs/providers)."""

from dspy.clients.engines.litellm_engine import LiteLLMEngine
from dspy.lm15 import ContextLengthError, Request, Response

from bot.programs.engine import messages_of, size_in_tokens, tokens_of
from bot.programs.ledger import Ledger
from bot.programs.model import Model


class Hosted:
    """One model behind LiteLLM. Address and key are passed with each call, never through the environment."""

    costs = True

    def __init__(self, model: Model) -> None:
        self._model = model

    def answer(self, request: Request, seconds: float, ledger: Ledger | None) -> Response:
        """Ask once.

        Raises:
            ContextLengthError: prompt and reply would not fit into the model's window.
            LM15Error: what LiteLLM reported, in dspy's classes.
        """
        del ledger  # a reply that is not streamed can't be stopped; its time is bounded
        need = size_in_tokens(messages_of(request)) + (request.config.max_tokens or self._model.reply_tokens)
        if need > self._model.window:
            raise ContextLengthError(f"About {need} tokens don't fit into the window of {self._model.window}.")
        place = {"api_base": self._model.url or None, "api_key": self._model.key or None}
        engine = LiteLLMEngine(
            timeout=min(seconds, self._model.timeout), **{k: v for k, v in place.items() if v is not None}
        )
        return engine.complete(request)

    def price(self, response: Response) -> float:
        """US dollars by LiteLLM's own table; 0.0 for a model that it does not know."""
        import litellm  # costs 4 seconds: only whoever has used it should pay

        prompt, reply = tokens_of(response)
        try:
            parts = litellm.cost_per_token(model=self._model.name, prompt_tokens=prompt, completion_tokens=reply)
        except Exception:  # noqa: BLE001 - an unknown price must not fail a call that was answered
            return 0.0
        return float(sum(parts))
