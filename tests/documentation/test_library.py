"""The library: a page is fetched from exactly the host that was allowed, at a public address, within limits."""

import socket
import threading
import time

import pytest

from bot.decisions.admission.pages import PageError
from bot.documentation.library import Library
from bot.documentation.line import addresses_of
from tests.documentation.pages_server import PagesServer, page, pages_server, raw

HOST, OTHER, FOREIGN = "docs.example.org", "www.example.org", "else.example.org"
PUBLIC = "93.184.215.14"
START = f"https://{HOST}/start"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pages_server(tmp_path_factory.mktemp("tls"), [HOST, OTHER]) as made:
        yield made


@pytest.fixture(autouse=True)
def _fresh(server) -> None:
    server.answers.clear()
    for seen in (server.requests, server.names, server.dialled):
        seen.clear()


def library(server: PagesServer, *addresses: str, **options) -> Library:
    known = addresses or (PUBLIC,)
    given = {"resolve": lambda _host: known, "dial": server.dial, "trust": server.trust} | options
    return Library({HOST, OTHER, FOREIGN}, **given)


def test_a_page_is_read_as_text_from_the_checked_address_with_the_hosts_name(server) -> None:
    html = "<html><head><title>x</title><script>bad()</script></head><body><h1>Guide</h1><p>Use <code>f()</code>.</p>"
    server.answers["/start?a=1"] = page(html.encode())
    assert library(server).read(f"{START}?a=1#part").split() == ["Guide", "Use", "f()."]
    assert server.requests == [(HOST, "/start?a=1")]
    assert server.names == [HOST]
    assert server.dialled == [PUBLIC]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_an_allowed_host_is_followed(server, status) -> None:
    server.answers["/start"] = page(b"", status=status, Location=f"https://{OTHER}/there#x")
    server.answers["/there"] = page(b"", status=302, Location="here?y=2")
    server.answers["/here?y=2"] = page(b"found", "text/plain")
    assert library(server).read(START) == "found"
    assert server.requests == [(HOST, "/start"), (OTHER, "/there"), (OTHER, "/here?y=2")]


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/",
        f"http://{HOST}/",
        f"https://{HOST}:8443/",
        f"https://user@{HOST}/",
        "https://169.254.169.254/latest/meta-data",
        "//evil.example/",
        "file:///etc/passwd",
        "https://[::1]/",
    ],
)
def test_a_redirect_to_anywhere_else_is_not(server, location) -> None:
    server.answers["/start"] = page(b"", status=302, Location=location)
    with pytest.raises(PageError):
        library(server).read(START)
    assert len(server.dialled) == 1


def test_three_redirects_are_followed_and_no_more(server) -> None:
    for number in range(5):
        server.answers[f"/{number}"] = page(b"end", "text/plain", 302 if number < 4 else 200, Location=f"/{number + 1}")
    assert library(server).read(f"https://{HOST}/1") == "end"
    with pytest.raises(PageError, match="more than 3 times"):
        library(server).read(f"https://{HOST}/0")


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        [PUBLIC, "192.168.1.1"],
        ["2606:2800:220:1::1", "fe80::1"],
        ["not an address"],
        [],
    ],
)
def test_a_name_that_leads_to_any_address_that_is_not_public_is_refused(server, addresses) -> None:
    with pytest.raises(PageError, match="not public"):
        library(server, resolve=lambda _host: addresses).read(START)
    assert server.dialled == []


def test_a_name_is_looked_up_once_so_that_it_can_not_change(server) -> None:
    answers = [[PUBLIC], ["127.0.0.1"]]
    server.answers["/start"] = page(b"fine", "text/plain")
    assert library(server, resolve=lambda _host: answers.pop(0)).read(START) == "fine"
    assert len(answers) == 1
    assert server.dialled == [PUBLIC]


def test_a_redirect_to_a_name_that_leads_inside_is_refused(server) -> None:
    server.answers["/start"] = page(b"", status=302, Location=f"https://{OTHER}/inside")
    with pytest.raises(PageError, match="not public"):
        library(server, resolve=lambda host: ["10.1.2.3"] if host == OTHER else [PUBLIC]).read(START)
    assert server.requests == [(HOST, "/start")]


def test_the_next_address_is_tried_when_one_does_not_answer(server) -> None:
    server.answers["/start"] = page(b"fine", "text/plain")
    tried: list[str] = []

    def dial(address: str, seconds: float) -> socket.socket:
        tried.append(address)
        if len(tried) == 1:
            raise ConnectionRefusedError
        return server.dial(address, seconds)

    assert library(server, PUBLIC, "93.184.215.15", dial=dial).read(START) == "fine"
    assert tried == [PUBLIC, "93.184.215.15"]


def test_a_certificate_for_another_name_is_not_believed(server) -> None:
    with pytest.raises(PageError, match="did not answer"):
        library(server).read(f"https://{FOREIGN}/start")
    assert server.requests == []


def test_a_certificate_of_an_unknown_authority_is_not_believed(server) -> None:
    with pytest.raises(PageError, match="did not answer"):
        Library({HOST}, resolve=lambda _host: [PUBLIC], dial=server.dial).read(START)
    assert server.requests == []


def test_a_proxy_of_the_environment_is_not_asked(server, monkeypatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answers["/start"] = page(b"fine", "text/plain")
    assert library(server).read(START) == "fine"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (page(b"gone", status=404), "answered with status 404"),
        (page(b"x" * (2**20 + 1), "text/plain"), "larger than 1 MiB"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", *[b"x" * 65_536] * 20), "larger than 1 MiB"),
        (page(b"\x89PNG", "image/png"), "no text"),
        (page(b"%PDF", "application/pdf"), "no text"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), "no text"),
        (page(b"\x1f\x8b", "text/plain", Content_Encoding="gzip"), "compressed"),
        (raw(b"SSH-2.0-OpenSSH\r\n"), "not as it should"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nhi"), "not as it should"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500), "not as it should"),
        (raw(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 2_000_000), "not as it should"),
        (raw(*[b"HTTP/1.1 100 Continue\r\n\r\n" * 4000] * 30), "larger than 1 MiB"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "not as it should"),
        (raw(), "not as it should"),
    ],
)
def test_what_a_server_does_wrong_is_a_sentence(server, answer, told) -> None:
    server.answers["/start"] = answer
    with pytest.raises(PageError, match=told) as caught:
        library(server).read(START)
    assert str(caught.value).endswith(".")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: "]
)
def test_a_server_that_drips_does_not_outlast_the_limit(server, head) -> None:
    server.answers["/start"] = raw(head, *[b"x"] * 300, pause=0.1)
    began = time.monotonic()
    with pytest.raises(PageError, match="did not answer within 1 seconds"):
        library(server, seconds=1.0).read(START)
    assert time.monotonic() - began < 15


def test_a_server_that_says_nothing_does_not_either() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        silent_library = Library(
            {HOST},
            resolve=lambda _host: [PUBLIC],
            dial=lambda _address, seconds: socket.create_connection(("127.0.0.1", port), seconds),
            seconds=0.5,
        )
        began = time.monotonic()
        with pytest.raises(PageError, match="did not answer within"):
            silent_library.read(START)
        assert time.monotonic() - began < 15


def test_a_resolver_that_never_answers_does_not_either(server) -> None:
    never = threading.Event()

    def resolve(_host: str) -> list[str]:
        never.wait(20)
        return []

    began = time.monotonic()
    with pytest.raises(PageError, match="did not answer within"):
        library(server, resolve=resolve, seconds=0.5).read(START)
    assert time.monotonic() - began < 15
    never.set()


def test_a_host_that_is_not_allowed_is_not_even_looked_up() -> None:
    def resolve(host: str) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(PageError, match="does not allow"):
        Library({HOST}, resolve=resolve).read("https://evil.example/")


def test_the_systems_resolver_gives_addresses_as_text() -> None:
    assert set(addresses_of("localhost")) <= {"127.0.0.1", "::1"}
    with pytest.raises(PageError, match="not public"):
        Library({"localhost.localdomain"}, resolve=lambda _host: addresses_of("localhost")).read(
            "https://localhost.localdomain/"
        )


def test_connections_are_closed(server) -> None:
    made: list[socket.socket] = []

    def dial(address: str, seconds: float) -> socket.socket:
        made.append(server.dial(address, seconds))
        return made[-1]

    server.answers["/start"] = page(b"fine", "text/plain")
    server.answers["/bad"] = raw(b"nonsense\r\n\r\n")
    server.answers["/on"] = page(b"", status=302, Location="/start")
    reading = library(server, dial=dial)
    for path in ("start", "bad", "gone", "on"):
        try:
            reading.read(f"https://{HOST}/{path}")
        except PageError:
            continue
    assert len(made) == 5
    assert all(connection.fileno() == -1 for connection in made)
