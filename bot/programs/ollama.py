"""Ollama's own chat API, spoken directly, so that the context window is always sent and always kept.

https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
"""

import http.client
import json
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from dspy.lm15 import (
    ContextLengthError,
    InvalidRequestError,
    LM15Error,
    Message,
    ProviderError,
    RateLimitError,
    Request,
    Response,
    ServerError,
    TextPart,
    TransportError,
    UnsupportedModelError,
    Usage,
)
from dspy.lm15 import TimeoutError as NoReplyInTime

from bot.programs.engine import messages_of, size_in_tokens
from bot.programs.failures import keeping_secrets
from bot.programs.ledger import Ledger
from bot.programs.model import Model
from bot.programs.tool_text import told_calls
from bot.stopping import LOOK

DEFAULT_URL = "http://localhost:11434"
LONGEST_REPLY = 4 * 2**20
#: Seconds for a connection; a machine that is there answers at once.
CONNECT_SECONDS = 10.0
#: Tokens that a cut prompt has beyond half of a window, twice: it keeps the first 4 and half of what is left.
HALVES = (0, 4)
#: llama.cpp's words for a prompt that does not fit, which Ollama passes on.
TOO_LONG = ("exceed_context_size", "exceeds the available context size", "exceeds maximum context length")


class Ollama:
    """One model on one Ollama server. Replies are streamed, so that a stopped job stops the model too."""

    costs = False

    def __init__(self, model: Model) -> None:
        self._model = model
        self._url = urlsplit(model.url or DEFAULT_URL)

    def price(self, response: Response) -> float:
        """A model of one's own costs nothing."""
        del response
        return 0.0

    def body(self, request: Request) -> dict[str, Any]:
        """The JSON to post.

        Raises:
            ContextLengthError: prompt and reply would not fit. Ollama itself would silently cut the prompt:
                https://github.com/ollama/ollama/blob/main/docs/context-length.mdx
        """
        config, messages = request.config, messages_of(request)
        reply = config.max_tokens or self._model.reply_tokens
        need = size_in_tokens(messages) + reply
        if need > self._model.window:
            raise ContextLengthError(
                f"About {need} tokens don't fit into the window of {self._model.window}.", provider="ollama"
            )
        options = {
            "num_ctx": self._model.window,
            "num_predict": reply,
            "temperature": config.temperature,
            "top_p": config.top_p,
            "seed": config.seed,
            "stop": list(config.stop) or None,
        }
        name = self._model.asked_as.split("/", 1)[1]
        body: dict[str, Any] = {"model": name, "messages": messages, "stream": True, "keep_alive": "30m"}
        # Newer servers refuse what does not fit instead of cutting it; older ones don't know the words.
        body |= {"truncate": False, "shift": False}
        body["options"] = {key: value for key, value in options.items() if value is not None}
        if config.response_format:
            body["format"] = config.response_format.get("schema") or "json"
        return body

    def answer(self, request: Request, seconds: float, ledger: Ledger | None) -> Response:
        """Ask once.

        Raises:
            LM15Error: of a class that tells dspy whether another try makes sense.
            BudgetSpent, Cancelled: while the reply was being written.
        """
        with keeping_secrets(self._model):
            return self._ask(request, seconds, ledger)

    def _ask(self, request: Request, seconds: float, ledger: Ledger | None) -> Response:
        body = json.dumps(self.body(request)).encode()
        patience = min(seconds, self._model.timeout)
        total = seconds if math.isfinite(seconds) else patience
        make = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        connection = make(self._url.hostname or "localhost", self._url.port, timeout=min(patience, CONNECT_SECONDS))
        check = ledger.check if ledger else lambda: None
        try:
            connection.connect()
            line = connection.sock
            line.settimeout(patience)
            with hung_up_after(patience, line, check):
                reply = self._post(connection, body)
            with hung_up_after(total, line, check):
                return self._collect(pieces(reply, ledger, patience), request)
        except TimeoutError as problem:
            if ledger:
                ledger.check()
            raise NoReplyInTime(f"no reply within {patience:.0f} s", provider="ollama") from problem
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as problem:
            where = f"{self._url.hostname}:{self._url.port or self._url.scheme}"
            raise TransportError(f"Ollama at {where} did not answer: {problem}", provider="ollama") from problem
        finally:
            connection.close()

    def _post(self, connection: http.client.HTTPConnection, body: bytes) -> http.client.HTTPResponse:
        connection.request("POST", f"{self._url.path.rstrip('/')}/api/chat", body, self._headers())
        reply = connection.getresponse()
        if reply.status != http.HTTPStatus.OK:
            raise error_of(reply.status, reply.read(2000).decode(errors="replace"))
        return reply

    def _headers(self) -> dict[str, str]:
        plain = {"Content-Type": "application/json"}
        return plain | ({"Authorization": f"Bearer {self._model.key}"} if self._model.key else {})

    def _collect(self, received: Iterator[dict[str, Any]], request: Request) -> Response:
        text, last, asked = "", {}, []
        for last in received:
            if "error" in last:
                raise ServerError(str(last["error"])[:500], provider="ollama")
            message = last.get("message") or {}
            text += message.get("content") or ""  # `thinking`, where it has one, is not for us
            asked += calls_of(message)
        if not last.get("done"):
            raise TransportError("Ollama's reply ended in the middle.", provider="ollama")
        prompt, reply = last.get("prompt_eval_count"), last.get("eval_count")
        if prompt is not None and was_cut(prompt, size_in_tokens(messages_of(request)), self._model.window):
            raise ContextLengthError(f"Ollama cut the prompt to {prompt} tokens.", provider="ollama")
        text = "\n".join(part for part in (text.strip(), told_calls(asked)) if part)
        return Response(
            id=None,
            model=last.get("model") or request.model,
            message=Message.assistant([TextPart(text)]),
            finish_reason="length" if last.get("done_reason") == "length" else "stop",
            usage=Usage(input_tokens=prompt, output_tokens=reply),
            provider_data=durations_of(last),
        )


@contextmanager
def hung_up_after(seconds: float, line: socket.socket, check: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Close the line after so many seconds, whatever still trickles in, or when the work has to end.

    A socket's own timeout is for each read: one byte now and then would put it off for ever. And a model that
    nobody listens to any more stops writing.

    Args:
        seconds: until TimeoutError is raised.
        line: the connection.
        check: raises what ends the work; that is raised here, too.
    """
    ended, why = threading.Event(), list[BaseException]()

    def watch() -> None:
        end = time.monotonic() + seconds
        while not why:
            if ended.wait(min(LOOK, max(0.0, end - time.monotonic()))):
                return
            if time.monotonic() >= end:
                why.append(TimeoutError())
                break
            try:
                check()
            except BaseException as problem:  # noqa: BLE001 - it is raised again in the thread that waits
                why.append(problem)
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)  # of TLS, too: nobody waits for a farewell

    watcher = threading.Thread(target=watch, name="ollama-watch", daemon=True)
    watcher.start()
    try:
        yield
    except Exception as problem:
        if why:
            raise why[0] from problem
        raise
    finally:
        ended.set()


def pieces(
    reply: http.client.HTTPResponse, ledger: Ledger | None, patience: float = math.inf
) -> Iterator[dict[str, Any]]:
    """The JSON objects of a reply, one a line. Whatever arrives, the job may turn out to be stopped.

    Raises:
        TimeoutError: no object was completed within `patience` seconds.
        ProviderError: the reply is larger than LONGEST_REPLY bytes.
    """
    started = latest = time.monotonic()
    size, rest = 0, bytearray()
    while data := reply.read1(65_536):
        size += len(data)
        if size > LONGEST_REPLY:
            raise ProviderError(f"The reply is larger than {LONGEST_REPLY} bytes.", provider="ollama")
        if ledger and time.monotonic() - started > 0.1:
            ledger.check()
        rest += data
        if b"\n" in data:
            *lines, last = bytes(rest).split(b"\n")
            rest = bytearray(last)
            if any(line.strip() for line in lines):
                latest = time.monotonic()
            yield from (object_of(line) for line in lines if line.strip())
        if time.monotonic() - latest > patience:
            raise TimeoutError
    if rest.strip():
        yield object_of(bytes(rest))


def object_of(line: bytes) -> dict[str, Any]:
    """The JSON object of one line. Raises ValueError when it is none."""
    piece = json.loads(line)
    if isinstance(piece, dict):
        return piece
    raise ValueError("not a JSON object")


def durations_of(last: dict[str, Any]) -> dict[str, Any]:
    """What the server measured: seconds of loading the model, reading the prompt and writing the reply."""
    told = {"load_seconds": "load_duration", "prompt_seconds": "prompt_eval_duration", "reply_seconds": "eval_duration"}
    found = {name: last.get(key) for name, key in told.items()}
    return {name: value / 1e9 for name, value in found.items() if isinstance(value, int | float)}


def calls_of(message: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The tools that a message asks for, by name and arguments; what is malformed asks for nothing."""
    found = message.get("tool_calls")
    calls = [call.get("function") for call in found if isinstance(call, dict)] if isinstance(found, list) else []
    return [
        (call["name"], call["arguments"])
        for call in calls
        if isinstance(call, dict) and isinstance(call.get("name"), str) and isinstance(call.get("arguments"), dict)
    ]


def was_cut(count: int, estimate: int, window: int) -> bool:
    """Whether a server has cut the prompt, as it does without a word when its window is smaller than ours.

    A cut prompt fills the window, or half of it (Ollama keeps the first few tokens and the last ones up to the
    middle). So it has exactly as many tokens as that, while ours, by its length, has clearly more. Windows are
    multiples of 1024 in practice. A count that is merely small proves nothing: some servers count only what they
    had not read before.

    Args:
        count: tokens that the server read of the prompt.
        estimate: ours, a cautious one: a third of the bytes.
        window: tokens that were asked for.
    """
    if count >= window:
        return True
    full = count % 1024 == 0 or any((2 * count - kept) % 1024 == 0 for kept in HALVES)
    return full and count >= 1024 and count * 10 < estimate * 7


def error_of(status: int, text: str) -> LM15Error:
    """The error for an HTTP status; only 429 and 5xx are worth another try."""
    if any(words in text for words in TOO_LONG):
        return ContextLengthError(text[:500], provider="ollama", status=status)
    known: dict[int, type[LM15Error]] = {404: UnsupportedModelError, 429: RateLimitError}
    kind = known.get(status) or (ServerError if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR else None)
    return (kind or InvalidRequestError)(text[:500], provider="ollama", status=status)
