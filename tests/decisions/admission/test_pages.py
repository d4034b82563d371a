"""Pages: which addresses may be read at all."""

import time

import pytest

from bot.decisions.admission.pages import Pages, readable_pages, refusal

HOSTS = {"docs.example.org", "example.com"}


def test_addresses_that_stand_in_the_issue_are_readable_on_allowed_hosts_only() -> None:
    text = (
        "See https://docs.example.org/guide#part, (https://example.com/a_(b)), <https://docs.example.org/x?y=1>.\n"
        "[here](https://docs.example.org/md) and `https://example.com/tick`; not https://evil.example/ "
        "nor http://docs.example.org/plain. Again: https://docs.example.org/guide#part!"
    )
    assert readable_pages(text, HOSTS, ["https://docs.example.org/own", "https://other.example/"]) == (
        "https://docs.example.org/own",
        "https://docs.example.org/guide#part",
        "https://example.com/a_(b)",
        "https://docs.example.org/x?y=1",
        "https://docs.example.org/md",
        "https://example.com/tick",
    )


def test_without_hosts_nothing_is_readable() -> None:
    assert readable_pages("https://docs.example.org/", (), ["https://docs.example.org/"]) == ()
    assert Pages().readable("https://docs.example.org/") == ()
    assert Pages(hosts=frozenset(HOSTS)).readable("https://docs.example.org/") == ()
    assert Pages(frozenset(HOSTS), fetch=str).readable("https://docs.example.org/") == ("https://docs.example.org/",)


@pytest.mark.parametrize(
    "url",
    [
        "http://docs.example.org/",
        "ftp://docs.example.org/",
        "file:///etc/passwd",
        "https://docs.example.org:8443/",
        "https://docs.example.org:0/",
        "https://docs.example.org:99999/",
        "https://docs.example.org:443443/",
        "https://user@docs.example.org/",
        "https://user:secret@docs.example.org/",
        "https://docs.example.org@evil.example/",
        "https://evil.example#@docs.example.org/",
        "https://evil.example\\@docs.example.org/",
        "https://docs.example.org.evil.example/",
        "https://evildocs.example.org/",
        "https://x.docs.example.org/",
        "https://docs.example.org./",
        "https://docs。example。org/",
        "https://docs.example.org%2eevil.example/",
        "https://docs.example.org /",
        "https://docs.example.org/\r\nHost: evil",
        "https://docs.example.org/a b",
        "https://docs.example.org/\x00",
        "https://docs.example.org/é",
        "https://[::1]/",
        "https://[docs.example.org]/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "https:///path",
        "https:docs.example.org",
        "//docs.example.org/",
        "https://docs.example.org/" + "a" * 500,
        "",
    ],
)
def test_everything_else_is_refused_with_a_sentence(url) -> None:
    hosts = HOSTS | {"127.0.0.1", "localhost", "::1", "2130706433", "0x7f.1", ""}
    assert refusal(url, hosts).endswith(".")


@pytest.mark.parametrize(
    "url", ["https://docs.example.org", "HTTPS://DOCS.example.org/", "https://docs.example.org:443/a?b=c#d"]
)
def test_an_allowed_address_is_not(url) -> None:
    assert refusal(url, HOSTS) == ""


@pytest.mark.parametrize("part", ["https://", "https://a", "https://docs.example.org/x(", "https://docs.example.org/)"])
def test_time_grows_with_the_length_alone(part) -> None:
    began = time.thread_time()
    assert len(readable_pages(part * 20_000, HOSTS)) <= 20
    assert time.thread_time() - began < 2
