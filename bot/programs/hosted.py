"""Any model but Ollama's, through LiteLLM (https://docs.litellm.ai/docs/providers)."""

import contextvars
import queue
import threading
import time
from dataclasses import replace

from dspy.clients.engines.litellm_engine import LiteLLMEngine
from dspy.lm15 import ContextLengthError, ProviderError, Request, Response
from dspy.lm15 import TimeoutError as NoReplyInTime

from bot.programs.engine import messages_of, size_in_tokens, tokens_of
from bot.programs.failures import keeping_secrets
from bot.programs.ledger import Ledger
from bot.programs.model import Model

LONGEST_REPLY = 4 * 2**20
LOOK_EVERY = 0.25


class Hosted:
    """One model behind LiteLLM. Address and key are passed with each call, never through the environment."""

    costs = True

    def __init__(self, model: Model) -> None:
        self._model = model

    def answer(self, request: Request, seconds: float, ledger: Ledger | None) -> Response:
        """Ask once.

        Raises:
            ContextLengthError: prompt and reply would not fit into the model's window.
            LM15Error: what LiteLLM reported, in dspy's classes, without the key.
            BudgetSpent, Cancelled: while waiting for the reply.
        """
        need = size_in_tokens(messages_of(request)) + (request.config.max_tokens or self._model.reply_tokens)
        if need > self._model.window:
            raise ContextLengthError(f"About {need} tokens don't fit into the window of {self._model.window}.")
        patience = min(seconds, self._model.timeout)
        place = {"api_base": self._model.url or None, "api_key": self._model.key or None}
        engine = LiteLLMEngine(timeout=patience, **{k: v for k, v in place.items() if v is not None})
        with keeping_secrets(self._model):
            response = in_time(engine, accepted(request, self._model.name), patience, ledger)
        if len(response.text or "") > LONGEST_REPLY:
            raise ProviderError(f"The reply is larger than {LONGEST_REPLY} characters.")
        return response

    def price(self, response: Response) -> float | None:
        """US dollars by LiteLLM's own table; None for a model that it does not know."""
        return price_of(self._model.name, *tokens_of(response))


def accepted(request: Request, name: str) -> Request:
    """The request without a seed where the provider takes none: LiteLLM would refuse all of it."""
    if request.config.seed is None:
        return request
    import litellm  # costs 4 seconds, as everywhere

    taken = litellm.get_supported_openai_params(model=name) or ()
    return request if "seed" in taken else replace(request, config=replace(request.config, seed=None))


def in_time(engine: LiteLLMEngine, request: Request, patience: float, ledger: Ledger | None) -> Response:
    """The engine's reply, or an error after `patience` seconds in all.

    LiteLLM's own timeout is for each read of the socket: a server that sends a byte now and then would hold
    the job for ever. A call can't be ended from outside, so it runs in a thread that is left behind.
    """
    import litellm  # noqa: F401 - costs 4 seconds, which are not the server's fault

    came: queue.SimpleQueue[Response | BaseException] = queue.SimpleQueue()
    context = contextvars.copy_context()
    call = threading.Thread(target=context.run, args=(_ask, engine, request, came), name="hosted", daemon=True)
    end = time.monotonic() + patience
    call.start()
    while (left := end - time.monotonic()) > 0:
        try:
            result = came.get(timeout=min(left, LOOK_EVERY))
        except queue.Empty:
            if ledger:
                ledger.check()
            continue
        if isinstance(result, BaseException):
            raise result
        return result
    raise NoReplyInTime(f"no whole reply within {patience:.0f} s")


def _ask(engine: LiteLLMEngine, request: Request, came: "queue.SimpleQueue[Response | BaseException]") -> None:
    try:
        came.put(engine.complete(request))
    except BaseException as problem:  # noqa: BLE001 - it is raised again in the thread that waits
        came.put(problem)


def price_of(name: str, prompt: int, reply: int) -> float | None:
    """US dollars of so many tokens by LiteLLM's own table; None for a model that it does not know."""
    import litellm  # costs 4 seconds: only whoever has used it should pay

    try:
        return float(sum(litellm.cost_per_token(model=name, prompt_tokens=prompt, completion_tokens=reply)))
    except Exception:  # noqa: BLE001 - an unknown price must not fail a call that was answered
        return None
