"""A replayed model: speaks Ollama's API on loopback and answers from a script. It knows nothing, and says so.

Paths and fields as in https://github.com/ollama/ollama/blob/main/docs/api.md
"""

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources.abc import Traversable
from types import TracebackType
from typing import Any, ClassVar, Self

MODEL = "replayed"


@dataclass
class Reply:
    """One scripted reply.

    Attributes:
        text: what the model says.
        when: every one of these must be in the prompt.
        unless: none of these may be in the prompt.
        times: how often it may be given; 0 means always.
        name: for error messages.
        status: HTTP status; anything but 200 sends `text` as Ollama's error.
        done_reason: "stop", or "length" for a reply that was cut off.
    """

    text: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    times: int = 1
    name: str = ""
    status: int = 200
    done_reason: str = "stop"
    given: int = field(default=0, init=False)

    def fits(self, prompt: str) -> bool:
        """Whether this reply may be given to this prompt now."""
        fresh = self.times == 0 or self.given < self.times
        return fresh and all(w in prompt for w in self.when) and not any(u in prompt for u in self.unless)


def read_reply(name: str, text: str) -> Reply:
    """A reply from its file: lines "when: ...", "unless: ...", "times: n", then "---", then the text."""
    head, separator, body = text.partition("\n---\n")
    if not separator:
        raise ValueError(f"{name}: there is no line with --- between the conditions and the reply")
    reply = Reply(body, name=name)
    for line in head.splitlines():
        key, _, value = line.partition(": ")
        if key == "when":
            reply.when += (value,)
        elif key == "unless":
            reply.unless += (value,)
        elif key == "times":
            reply.times = int(value)
        else:
            raise ValueError(f"{name}: {key!r} is not a condition")
    return reply


def read_script(folder: Traversable) -> list[Reply]:
    """The replies of a folder, in the order of their names."""
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    return [read_reply(file.name, file.read_text(encoding="utf-8")) for file in files]


class ReplayedModel:
    """The server. Use as a context manager.

    Args:
        script: the replies; for each prompt the first that fits is given.
        window: the context length that `/api/show` tells, in tokens.
    """

    def __init__(self, script: list[Reply], window: int = 32_768) -> None:
        self.script, self.window = script, window
        self.requests: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"model": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="replayed-model", daemon=True)

    @property
    def url(self) -> str:
        """The base URL, for OLLAMA_BASE_URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The reply to one `/api/chat` request, as (HTTP status, JSON)."""
        prompt = "\n".join(str(message.get("content", "")) for message in body.get("messages", []))
        with self._lock:
            self.requests.append(body)
            reply = next((reply for reply in self.script if reply.fits(prompt)), None)
            if reply is None:
                return 500, {"error": f"the replayed model has no reply to: {prompt[-1500:]}"}
            reply.given += 1
        if reply.status != 200:
            return reply.status, {"error": reply.text}
        return 200, {
            "model": body.get("model", MODEL),
            "created_at": "2026-01-01T00:00:00Z",
            "message": {"role": "assistant", "content": reply.text},
            "done": True,
            "done_reason": reply.done_reason,
            "prompt_eval_count": len(prompt) // 4,
            "eval_count": len(reply.text) // 4,
        }


class _Handler(BaseHTTPRequestHandler):
    model: ClassVar[ReplayedModel]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class names it so)
        """Say nothing."""

    def do_GET(self) -> None:
        """The model list and the version."""
        if self.path == "/api/tags":
            self._send(200, {"models": [{"name": f"{MODEL}:latest", "model": f"{MODEL}:latest"}]})
        elif self.path == "/api/version":
            self._send(200, {"version": "0.0.0-replayed"})
        else:
            self._send(404, {"error": "not found"})

    def do_POST(self) -> None:
        """Chat and model information."""
        length = int(self.headers.get("Content-Length") or 0)
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            return self._send(400, {"error": "invalid JSON"})
        if self.path == "/api/chat":
            return self._send(*self.model.answer(body))
        if self.path == "/api/show":
            information = {"replayed.context_length": self.model.window, "general.architecture": "replayed"}
            return self._send(200, {"model_info": information, "capabilities": ["completion"], "details": {}})
        return self._send(404, {"error": "not found"})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        with contextlib.suppress(ConnectionError):  # whoever asked was killed meanwhile
            self.end_headers()
            self.wfile.write(data)
