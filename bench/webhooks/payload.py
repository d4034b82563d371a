"""Payload: a labelled issue as GitHub would send it, each time with other bytes, and signed."""

import hashlib
import hmac
import itertools
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.server.app import WEBHOOK_PATH
from bot.standins.github import GitHub, GitHubThread

#: Bytes of a body: as many as the `issues.labeled` example of Octokit's webhooks has, with an installation.
SIZE = 11_885

SENTENCES = "The list is sorted by name, and people ask for it by date. " * 10

#: Stands in the body where each one is unlike the others.
_PLACE = "@" * 16


@dataclass(frozen=True)
class Payload:
    """One body, but for sixteen digits of it."""

    before: bytes
    after: bytes

    def requests(self, secret: bytes) -> Iterator[bytes]:
        """Whole HTTP requests without an end, each with a body and a delivery id of its own."""
        signed = hmac.new(secret, self.before, hashlib.sha256)
        run = secrets.token_hex(4)
        head = (
            f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: GitHub-Hookshot/c0ffee1\r\nAccept: */*\r\n"
            f"Content-Type: application/json\r\nContent-Length: {SIZE}\r\nX-GitHub-Event: issues\r\n"
            f"X-GitHub-Hook-ID: 1\r\nX-GitHub-Hook-Installation-Target-ID: 2\r\n"
            f"X-GitHub-Hook-Installation-Target-Type: integration\r\nX-GitHub-Delivery: 72d3162e-cc78-11e3-"
        )
        for number in itertools.count():
            unlike = f"{run}{number:08x}"
            rest = unlike.encode() + self.after
            mark = signed.copy()
            mark.update(rest)
            lines = f"{head}{unlike[:4]}-{unlike[4:]}\r\nX-Hub-Signature-256: sha256={mark.hexdigest()}\r\n\r\n"
            yield lines.encode() + self.before + rest


def payloads() -> tuple[Payload, Payload]:
    """The label is the bot's (202: stored); it is another one (200: none of its business)."""
    github = GitHub()
    with GitHubThread(github) as world:
        alice = github.user("alice")
        issue = github.repository("alice/tempo", {"README.md": "# tempo\n"}).issue("Say hello", "Please.", by=alice)
        found = []
        for label in ("intern", "question"):
            world.run(alice.labels(issue, label, send=False))
            found.append(_payload(github.deliveries[-1].payload))
    return found[0], found[1]


def _payload(told: dict[str, Any]) -> Payload:
    """Of GitHub's own size: an issue of a few sentences, and accounts with their many addresses."""
    # The unlike digits come last, so that little has to be signed anew for each.
    issue = {key: value for key, value in told["issue"].items() if key != "body"}
    told = {**{key: value for key, value in told.items() if key != "issue"}, "issue": issue}
    issue["assignees"] = []
    issue["body"] = SENTENCES + _PLACE
    while (room := SIZE - len(json.dumps(told)) + len(_PLACE)) > len(json.dumps(told["sender"])) + 2:
        issue["assignees"].append(told["sender"])
    issue["body"] = SENTENCES + "." * (room - len(_PLACE)) + _PLACE
    before, _, after = json.dumps(told).partition(_PLACE)
    return Payload(before.encode(), after.encode())
