"""Kept: a model's reply as it is kept beyond a crash, and the digest of the request that it belongs to."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from dspy.lm15 import FinishReason, Message, Request, Response, TextPart, Usage
from pydantic import ValidationError

from bot.words import budget
from bot.words.kept_reply import KeptReply

#: How the trajectory calls what a server measured itself.
SERVERS_SECONDS = ("load_seconds", "prompt_seconds", "reply_seconds")


def digest_of(request: Request, messages: list[dict[str, str]], parameters: Mapping[str, object]) -> str:
    """SHA-256 of a whole request: its messages, its settings, and the model's own parameters."""
    whole = {"messages": messages, "config": asdict(request.config), **parameters}
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def kept_of(response: Response) -> KeptReply | None:
    """What is kept of a reply that is one text, its cost aside; None for one that is no Unicode, and can't be."""
    try:
        return KeptReply(
            model=response.model,
            text=response.text or "",
            finish=response.finish_reason,
            prompt_tokens=response.usage.input_tokens,
            reply_tokens=response.usage.output_tokens,
            measured=measured_by_server(response),
            usage=budget.Usage(),
        )
    except ValidationError:
        return None


def response_of(kept: KeptReply) -> Response:
    """The reply once more."""
    return Response(
        id=None,
        model=kept.model,
        message=Message.assistant([TextPart(kept.text)]),
        finish_reason=cast("FinishReason", kept.finish),
        usage=Usage(input_tokens=kept.prompt_tokens, output_tokens=kept.reply_tokens),
        provider_data=dict(kept.measured),
    )


def measured_by_server(response: Response | None) -> dict[str, float]:
    """Seconds that a server says it took for a part of the work; {} for one that says nothing."""
    told = response.provider_data if response is not None else None
    return {key: value for key, value in (told or {}).items() if key in SERVERS_SECONDS and isinstance(value, float)}
