"""Webhooks on their way: signed as GitHub signs them, see
https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries.
"""  # noqa: D205  the URL is part of the sentence

import hashlib
import hmac
import json

import aiohttp

from bot.standins.github.world import Delivery, World

# GitHub gives a receiver ten seconds: https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks
TEN_SECONDS = aiohttp.ClientTimeout(total=10)
HOOK = "424242"


def letter(world: World, delivery: Delivery, secret: str) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a webhook."""
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/0a1b2c3",
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Hook-ID": HOOK,
        "X-GitHub-Hook-Installation-Target-ID": str(world.app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
    }
    for name, digest in (("", "sha1"), ("-256", "sha256")):
        seal = hmac.new(secret.encode(), body, getattr(hashlib, digest)).hexdigest()
        headers[f"X-Hub-Signature{name}"] = f"{digest}={seal}"
    return body, headers


async def send(world: World, delivery: Delivery, session: aiohttp.ClientSession, url: str, secret: str) -> int:
    """Deliver a webhook and give the receiver's status, 0 if nobody answered in time."""
    body, headers = letter(world, delivery, secret)
    try:
        async with session.post(url, data=body, headers=headers, timeout=TEN_SECONDS) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        status = 0
    delivery.attempts.append((next(world.ids), world.clock(), status))
    return status
