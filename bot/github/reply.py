"""Reading replies: is this whole JSON, what does GitHub explain, which error is it."""

import json
from collections.abc import Iterable

from gidgethub import sansio

from bot.github.errors import BY_STATUS, Refused
from bot.github.question import Question
from bot.github.redaction import one_line, redact
from bot.github.transport import Reply


def is_json(reply: Reply) -> bool:
    """Whether a success carries whole JSON (or nothing, as a 204 does). A page of HTML is an outage."""
    if not reply.body:
        return reply.status == 204
    try:
        data, _, _ = sansio.decipher_response(reply.status, reply.headers, reply.body)
    except (ValueError, LookupError, RecursionError):
        return False
    return not isinstance(data, str)


def explanation(reply: Reply, secrets: Iterable[str]) -> str:
    """GitHub's own explanation, as one harmless line."""
    try:
        data = json.loads(reply.body)
        details = [e.get("message") or e.get("code") if isinstance(e, dict) else e for e in data.get("errors") or []]
        parts = [str(part) for part in (data.get("message"), *details) if part]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return ""
    return one_line(redact(". ".join(p.rstrip(".") for p in parts), secrets))


_ADVICE = {
    401: "Check APP_ID and the private key (or the token).",
    403: "Check the App's permissions and that the repository is not archived.",
    404: "Check that the App is still installed on the repository.",
}


def refusal(question: Question, status: int, message: str) -> Refused:
    """The typed error for a status, with GitHub's explanation and what to do about it."""
    advice = _ADVICE.get(status, "")
    said = f": {message}." if message else "."
    refused = BY_STATUS.get(status, Refused)(f"GitHub answered {status} to {question}{said} {advice}".strip())
    refused.words = message
    return refused
