"""A package index on this machine: real HTTP, real wheels and source distributions, a password if it shall have one."""

import base64
import hashlib
import io
import json
import secrets
import ssl
import tarfile
import threading
import zipfile
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

JSON = "application/vnd.pypi.simple.v1+json"


def wheel(name: str, version: str = "1.0", *, files: Mapping[str, str] | None = None, requires: str = "") -> bytes:
    """A pure wheel with one module of its name, and whatever else it shall have."""
    info = f"{name}-{version}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    told = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": head + (f"Requires-Dist: {requires}\n" if requires else ""),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **(files or {}),
    }
    told[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*told, f"{info}/RECORD"])
    return zipped(told)


def zipped(files: Mapping[str, str]) -> bytes:
    """A zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target.getvalue()


def sdist(folder: str, files: Mapping[str, str]) -> bytes:
    """A source distribution with these files in its one folder."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for path, text in files.items():
            member = tarfile.TarInfo(f"{folder}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return target.getvalue()


def new_name(stem: str) -> str:
    """A project's name that no other test has."""
    return f"{stem}_{secrets.token_hex(4)}"


class PackageServer:
    """Serves files by project. As a context manager it is open.

    Attributes:
        asked: path and "Authorization" header of every request.
        redirect: where every file is sent on to; "" for nowhere.
    """

    def __init__(
        self, *, user: str = "", password: str = "", html: bool = False, certificate: Path | None = None
    ) -> None:
        self.asked: list[tuple[str, str]] = []
        self.projects: dict[str, dict[str, bytes]] = {}
        self.redirect = ""
        self.lies: dict[str, str] = {}
        self._wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() if password else ""
        self._login = f"{user}:{password}@" if password else ""
        self._html = html
        self._certificate = certificate

    def add(self, name: str, filename: str, data: bytes) -> str:
        """Offer a file; its sha256."""
        self.projects.setdefault(name.replace("_", "-"), {})[filename] = data
        return hashlib.sha256(data).hexdigest()

    def add_wheel(self, name: str, version: str = "1.0", **more: object) -> str:
        """Offer a wheel made for the purpose; its sha256."""
        return self.add(name, f"{name}-{version}-py3-none-any.whl", wheel(name, version, **more))  # type: ignore[arg-type]

    @property
    def url(self) -> str:
        """The index, with its login."""
        return f"{self._scheme}://{self._login}127.0.0.1:{self._server.server_port}/private/simple"

    @property
    def place(self) -> str:
        """The server, without a login."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def _scheme(self) -> str:
        return "https" if self._certificate else "http"

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                return

            def do_HEAD(self) -> None:
                self.do_GET()

            def do_GET(self) -> None:
                said = self.headers.get("Authorization", "")
                outer.asked.append((self.path, said))
                if outer._wanted and said != outer._wanted:
                    self.answer(401, b"", "text/plain")
                else:
                    outer._answer(self)

            def answer(self, status: int, body: bytes, kind: str, **more: str) -> None:
                self.send_response(status)
                for key, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
                    self.send_header(key, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        answer = handler.answer  # type: ignore[attr-defined]
        *_, place, name = handler.path.strip("/").split("/")
        if place == "simple" and name in self.projects:
            body, kind = self._page(name)
            answer(200, body, kind)
        elif place in self.projects and self.redirect:
            answer(302, b"", "text/plain", Location=f"{self.redirect}/{place}/{name}")
        elif place in self.projects and name in self.projects[place]:
            answer(200, self.projects[place][name], "application/octet-stream")
        else:
            answer(404, b"", "text/plain")

    def _page(self, name: str) -> tuple[bytes, str]:
        digests = {
            file: self.lies.get(file) or hashlib.sha256(data).hexdigest() for file, data in self.projects[name].items()
        }
        if self._html:
            links = [f'<a href="/files/{name}/{file}#sha256={digest}">{file}</a>' for file, digest in digests.items()]
            return f"<!DOCTYPE html><html><body>{' '.join(links)}</body></html>".encode(), "text/html"
        files = [
            {"filename": file, "url": f"../../../files/{name}/{file}", "hashes": {"sha256": digest}}
            for file, digest in digests.items()
        ]
        return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": files}).encode(), JSON
