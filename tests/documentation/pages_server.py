"""A real TLS server on loopback that answers for any name, with a certificate of its own authority."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

#: Answers one request: writes whatever it likes.
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class PagesServer:
    """The server, and what it saw."""

    trust: ssl.SSLContext
    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)

    def dial(self, address: str, seconds: float) -> socket.socket:
        """What stands in for the internet: whatever the address, this server is there."""
        self.dialled.append(address)
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)


def page(body: bytes, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def raw(*pieces: bytes, pause: float = 0.0) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)

    return answer


def certificate(folder: Path, names: list[str]) -> tuple[Path, Path, Path]:
    """Files: the authority's certificate, the server's certificate, its key."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of these tests")])
    start = datetime.now(UTC) - timedelta(days=1)

    def signed(subject: x509.Name, key, *extensions: tuple[x509.ExtensionType, bool]) -> bytes:
        made = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(start).not_valid_after(start + timedelta(days=9))
        for extension, critical in extensions:
            made = made.add_extension(extension, critical)
        return made.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    files = (folder / "authority.pem", folder / "server.pem", folder / "key.pem")
    identifier = x509.SubjectKeyIdentifier.from_public_key(keys[0].public_key())
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    authority = (x509.BasicConstraints(ca=True, path_length=None), True), (identifier, False), (usage, True)
    files[0].write_bytes(signed(issuer, keys[0], *authority))
    known: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    known.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    above = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    files[1].write_bytes(signed(subject, keys[1], (x509.SubjectAlternativeName(known), False), (above, False)))
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files[2].write_bytes(keys[1].private_bytes(*pem))
    return files


@contextmanager
def pages_server(folder: Path, names: list[str]) -> Iterator[PagesServer]:
    authority, own, key = certificate(folder, names)
    server = PagesServer(ssl.create_default_context(cafile=str(authority)))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            server.requests.append((self.headers["Host"], self.path))
            self.close_connection = True
            server.answers.get(self.path, page(b"not here", status=404))(self)

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *args: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    context.sni_callback = lambda _socket, name, _context: server.names.append(name)
    with Quiet(("127.0.0.1", 0), Handler) as listening:
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
        server.port = listening.server_port
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            listening.shutdown()
