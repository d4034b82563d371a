"""A proxy before the real engine that can be slow, silent, gone, or answer in the engine's place."""

import re
import socket
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ENGINE = "/var/run/docker.sock"


class EngineProxy:
    """A Unix socket like the engine's; `host` is what DOCKER_HOST would say."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="engine-proxy-")
        self.path = Path(self.folder.name) / "docker.sock"
        self.host = f"unix://{self.path}"
        self.gone = False
        self.delays: dict[str, float] = {}
        self.answers: dict[str, bytes] = {}
        self.once: set[str] = set()
        self.ends: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._listen()
        return self

    def _listen(self) -> None:
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(self.path))
        self.server.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.folder.cleanup()

    def stop(self) -> None:
        """As when the engine is stopped: nobody listens, and every connection ends."""
        self.gone = True
        self.server.close()
        for end in self.ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def come_back(self) -> None:
        """As when the engine is started again."""
        self.path.unlink(missing_ok=True)
        self.ends, self.gone = [], False
        self._listen()

    def answer(self, request: str, status: int, message: str) -> None:
        """Refuse requests whose first line has this in it (a pattern), in the engine's way of saying no."""
        self.tell(request, f'{{"message":"{message}"}}', f"{status} No")

    def tell(self, request: str, text: str, status: str = "200 OK") -> None:
        """Answer such requests with this JSON."""
        body = text.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.answers[request] = head.encode() + body

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            if self.gone:
                client.close()
                return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(ENGINE)
            self.ends += [client, engine]
            threading.Thread(target=self._requests, args=(client, engine), daemon=True).start()
            threading.Thread(target=self._pump, args=(engine, client), daemon=True).start()

    def _requests(self, client: socket.socket, engine: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                line = data.split(b"\r\n", 1)[0].decode("latin-1")
                for pattern, seconds in list(self.delays.items()):
                    if re.search(pattern, line):
                        time.sleep(seconds)
                refusal = next((told for pattern, told in list(self.answers.items()) if re.search(pattern, line)), None)
                for pattern in [one for one in self.once if re.search(one, line)]:
                    self.once.discard(pattern)
                    self.answers.pop(pattern, None)
                if refusal is not None:
                    client.sendall(refusal)
                else:
                    engine.sendall(data)
        except OSError:
            pass
        finally:
            self._shut(engine)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        finally:
            self._shut(target)

    def _shut(self, end: socket.socket) -> None:
        try:
            end.shutdown(socket.SHUT_WR)
        except OSError:
            return
