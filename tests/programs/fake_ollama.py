"""A scripted Ollama on loopback: each answer is a text, or a function of the prompt, or an HTTP error."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """One answer: `text` in `pieces` pieces, or `status`; `delay` seconds before each piece.

    `silence`: seconds before anything at all is sent, as while a prompt is read.
    """

    text: str = ""
    done_reason: str = "stop"
    status: int = 200
    delay: float = 0.0
    silence: float = 0.0
    pieces: int = 2
    thinking: str = ""
    tool_calls: tuple[dict, ...] = ()
    broken: bool = False
    prompt_tokens: int | None = None


Line = str | Reply | Callable[[str], "str | Reply"]


def said(**sections: object) -> str:
    """An answer in sections, as a model would write it."""
    parts = [f"[[ ## {k} ## ]]\n{v if isinstance(v, str) else json.dumps(v)}" for k, v in sections.items()]
    return "\n\n".join([*parts, "[[ ## completed ## ]]\n"])


@dataclass
class FakeOllama:
    """The script is used up in order; `otherwise` answers everything after it.

    It reads and writes so many tokens a second, by its own word. `keeps`: of a longer prompt it keeps the last so
    many tokens without a word, as a server with a smaller window does; a token is four characters.
    """

    script: list[Line] = field(default_factory=list)
    otherwise: Line = Reply(status=500, text="the script is used up")
    bodies: list[dict] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    abandoned: int = 0
    reads: float = 1000.0
    writes: float = 100.0
    keeps: int = 0

    def prompts(self) -> list[str]:
        return ["\n".join(m["content"] for m in body["messages"]) for body in self.bodies]

    def next(self, body: dict, headers: dict) -> Reply:
        with self.lock:
            self.bodies.append(body)
            self.headers.append(headers)
            line = self.script.pop(0) if self.script else self.otherwise
        prompt = "\n".join(m["content"] for m in body["messages"])
        cut = bool(self.keeps) and len(prompt) // 4 > self.keeps
        if callable(line):
            line = line(prompt[-4 * self.keeps :] if cut else prompt)
        line = line if isinstance(line, Reply) else Reply(line)
        return replace(line, prompt_tokens=self.keeps) if cut else line


def handler_of(fake: FakeOllama) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/api/chat", self.path
            reply = fake.next(body, dict(self.headers))
            if reply.status != 200:
                self.send_response(reply.status)
                self.end_headers()
                self.wfile.write(json.dumps({"error": reply.text}).encode())
                return
            if reply.silence and self.left(reply.silence):
                fake.abandoned += 1
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.end_headers()
            try:
                self.stream(body, reply)
            except OSError:
                fake.abandoned += 1

        def left(self, seconds: float) -> bool:
            """Whether the other end hangs up within so many seconds."""
            self.connection.settimeout(seconds)
            try:
                return self.connection.recv(1, socket.MSG_PEEK) == b""
            except TimeoutError:
                return False
            finally:
                self.connection.settimeout(None)

        def stream(self, body: dict, reply: Reply) -> None:
            if reply.thinking:
                self.piece(body, "", done=False, extra={"thinking": reply.thinking})
            size = max(1, -(-len(reply.text) // reply.pieces))
            for start in range(0, len(reply.text), size):
                time.sleep(reply.delay)
                self.piece(body, reply.text[start : start + size], done=False)
            if reply.tool_calls:
                self.piece(body, "", done=False, extra={"tool_calls": list(reply.tool_calls)})
            if reply.broken:
                return
            prompt = sum(len(m["content"]) for m in body["messages"]) // 4
            prompt, written = reply.prompt_tokens or prompt, max(1, len(reply.text) // 4)
            self.piece(
                body,
                "",
                done=True,
                done_reason=reply.done_reason,
                prompt_eval_count=prompt,
                prompt_eval_duration=int(1e9 * prompt / fake.reads),
                eval_count=written,
                eval_duration=int(1e9 * written / fake.writes),
            )

        def piece(self, body: dict, text: str, extra: dict | None = None, **more: object) -> None:
            message = {"role": "assistant", "content": text, **(extra or {})}
            line = {"model": body["model"], "created_at": "2026-01-01T00:00:00Z", "message": message, **more}
            self.wfile.write(json.dumps(line).encode() + b"\n")
            self.wfile.flush()

    return Handler


@contextmanager
def fake_ollama(*script: Line, otherwise: Line | None = None) -> Iterator[FakeOllama]:
    fake = FakeOllama(list(script))
    if otherwise is not None:
        fake.otherwise = otherwise
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(fake))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
