"""MeteredEngine: dspy's engine for every model of ours. The gate stands here, before each single request."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

import dspy
from dspy.lm15 import Message, ProviderError, Request, Response, TextPart, response_to_events

from bot.programs.address import without_address
from bot.programs.kept import digest_of, kept_of, measured_by_server, response_of
from bot.programs.ledger import Ledger
from bot.programs.model import Model
from bot.programs.thoughts import without_thoughts
from bot.programs.tool_text import told_calls
from bot.words.budget import Usage
from bot.words.kept_reply import KeptReply

#: `provider_code` of the error that a reply raises which was cut off at its limit of tokens.
CUT_OFF = "reply_cut_off"


class Endpoint(Protocol):
    """A server of models: one request, one reply."""

    costs: bool

    def answer(self, request: Request, seconds: float, ledger: Ledger | None) -> Response:
        """Ask once, waiting at most `seconds` for the whole reply. Raises errors of `dspy.lm15`."""

    def price(self, response: Response) -> float | None:
        """US dollars of one reply; None where nobody knows."""


def endpoint_of(model: Model) -> Endpoint:
    """Ollama's own API for its models, LiteLLM for all others."""
    if model.local:
        from bot.programs.ollama import Ollama

        return Ollama(model)
    from bot.programs.hosted import Hosted

    return Hosted(model)


class MeteredEngine:
    """Admits, asks, counts and records. dspy retries around it, so every retry passes the gate too.

    The contract is dspy's: https://dspy.ai/community/normalized-lm-api-migration/
    """

    supports_response_schema = True

    def __init__(self, model: Model, ledger: Ledger | None) -> None:
        self._endpoint = endpoint_of(model)
        self._ledger = ledger
        self._timeout, self._url = model.timeout, model.url
        self._parameters = {"model": model.name, "window": model.window, "reply": model.reply_tokens}
        # A schema for the reply is sent to Ollama only: hosted providers differ in what they accept.
        schema = {"response_format"} if model.local else set()
        self.supported_params = frozenset({"temperature", "max_tokens", "top_p", "seed", "stop"} | schema)

    def complete(self, request: Request) -> Response:
        """One request and its reply.

        Raises:
            BudgetSpent, Cancelled: from the gate, before anything is sent.
            dspy.lm15.LM15Error: what the server, or the lack of one, did.
        """
        messages = messages_of(request)
        digest = digest_of(request, messages, self._parameters)
        if self._ledger and (kept := self._ledger.recall(digest)):
            return self._again(messages, kept)
        characters = sum(len(message["content"]) for message in messages)
        left = self._ledger.admit(characters, costs=self._endpoint.costs) if self._ledger else float("inf")
        started = time.monotonic()
        response, error = None, ""
        try:
            response = as_text(self._endpoint.answer(request, left, self._ledger))
            refuse_cut_off(response)
            return response
        except BaseException as problem:
            error = f"{type(problem).__name__}: {without_address(str(problem), self._url)}"
            raise
        finally:
            seconds = time.monotonic() - started
            self._settle(digest, response, seconds)
            self._record(messages, response, error, seconds)

    def _again(self, messages: list[dict[str, str]], kept: KeptReply) -> Response:
        """A reply that was kept before a crash, as it came then."""
        response, error = response_of(kept), ""
        try:
            refuse_cut_off(response)
            return response
        except ProviderError as problem:
            error = f"{type(problem).__name__}: {problem}"
            raise
        finally:
            self._record(messages, response, error, kept.usage.model_seconds)

    def _settle(self, digest: str, response: Response | None, seconds: float) -> None:
        """Count what the call has cost; its reply is kept with that."""
        if self._ledger is None:
            return
        prompt, reply = tokens_of(response)
        price = self._endpoint.price(response) if response is not None else 0.0
        spent = Usage(prompt_tokens=prompt, reply_tokens=reply, money=price or 0.0, unpriced=int(price is None))
        kept = kept_of(response) if response is not None else None
        self._ledger.settle(spent + Usage(model_seconds=seconds), digest, kept, heard=response is not None)

    def _record(self, messages: list[dict[str, str]], response: Response | None, error: str, seconds: float) -> None:
        if self._ledger is None:
            return
        prompt, reply = tokens_of(response)
        self._ledger.record(
            {
                "kind": "model",
                "program": ".".join(type(module).__name__ for module in dspy.settings.caller_modules or ()),
                "messages": messages,
                "reply": response.text or "" if response is not None else "",
                "prompt_tokens": prompt,
                "reply_tokens": reply,
                "seconds": round(seconds, 3),
                "error": error,
                **measured_by_server(response),
            }
        )

    def stream(self, request: Request) -> Iterator[Any]:
        """The whole reply as dspy's stream events, at once."""
        return iter(response_to_events(self.complete(request)))

    def close(self) -> None:
        """Nothing is kept open between calls."""


def messages_of(request: Request) -> list[dict[str, str]]:
    """A request's messages as plain text: {"role", "content"}."""
    system = request.system
    if system is not None and not isinstance(system, str):
        system = "".join(getattr(part, "text", "") for part in system)
    first = [{"role": "system", "content": system}] if system else []
    return first + [{"role": message.role, "content": message.text or ""} for message in request.messages]


def as_text(response: Response) -> Response:
    """The reply as one text: thoughts are dropped, and a call of a tool is told as models write it themselves."""
    parts = response.message.parts
    text = without_thoughts("\n".join(part.text for part in parts if isinstance(part, TextPart)))
    calls = told_calls((call.name, call.input) for call in response.tool_calls)
    told = "\n".join(part for part in (text, calls) if part)
    reason = "stop" if response.finish_reason == "tool_call" else response.finish_reason
    return replace(response, message=Message.assistant([TextPart(told)]), finish_reason=reason)


def tokens_of(response: Response | None) -> tuple[int, int]:
    """Prompt and reply tokens, by the server's count, else by a quarter of the characters."""
    if response is None:
        return 0, 0
    usage = response.usage
    reply = usage.output_tokens if usage and usage.output_tokens is not None else len(response.text or "") // 4
    return (usage.input_tokens if usage else None) or 0, reply


def refuse_cut_off(response: Response) -> None:
    """Raise ProviderError for a reply that ended at its limit of tokens: half a file is not a file."""
    if response.finish_reason == "length":
        reply = tokens_of(response)[1]
        raise ProviderError(f"The reply was cut off after {reply} tokens.", provider_code=CUT_OFF)


def size_in_tokens(messages: list[dict[str, str]]) -> int:
    """A cautious estimate: three bytes of UTF-8 make a token (code has about 3.5, other scripts about 3)."""
    return len(json.dumps(messages, ensure_ascii=False).encode(errors="replace")) // 3
