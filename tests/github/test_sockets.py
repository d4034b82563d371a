"""A write that did not arrive before a partition does not arrive after it either: whoever sent it may have no right."""

import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from bot.engine.lease import TERMS
from bot.errors import GitHubError
from bot.github import sockets
from bot.github.credentials import TokenCredentials
from bot.github.portal import Portal
from bot.github.stage import Stage
from tests.github.scripted_server import ScriptedServer, answer
from tests.github.test_permit import READ, REPOSITORY, WRITE
from tests.machines.relay import Relay


def test_the_kernel_forgets_what_nobody_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "UNHEARD", 1000)
    with ScriptedServer(answer(1), answer(2)) as server:
        url = urlsplit(server.url)
        assert url.hostname
        assert url.port
        with Relay((url.hostname, url.port)) as relay, Portal(f"http://127.0.0.1:{relay.port}", pace=0.0) as portal:
            ask = asker(portal)
            ask(READ)
            relay.vanish()
            with pytest.raises(GitHubError):
                ask(WRITE)
            time.sleep(0.5)
            relay.heal()
            time.sleep(2.0)  # by then it would have been sent once more
            with suppress(GitHubError):
                ask(READ)
        assert [request[0] for request in server.requests] == ["GET", "GET"]


def asker(portal: Portal) -> Callable[..., object]:

    opened = TokenCredentials("ghs_1").open(portal.client, REPOSITORY, Stage.READ)
    return lambda question: portal.run(portal.client.ask(question, opened), 2.0)


def test_it_forgets_before_the_others_begin() -> None:
    assert TERMS.dead - TERMS.lease > sockets.UNHEARD / 1000
