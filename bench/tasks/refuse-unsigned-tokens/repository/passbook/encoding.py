"""Base64 without padding, and JSON in it."""

import base64
import binascii
import json
from typing import Any

from passbook.errors import Malformed


def encode(data: bytes) -> str:
    """URL-safe base64 without "="."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes. Raises Malformed."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("a part is no base64") from None


def encode_json(value: dict[str, Any]) -> str:
    """An object, always written the same way."""
    return encode(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())


def decode_json(text: str) -> dict[str, Any]:
    """The object. Raises Malformed."""
    try:
        value = json.loads(decode(text))
    except ValueError:
        raise Malformed("a part is no JSON") from None
    if not isinstance(value, dict):
        raise Malformed("a part is no object")
    return value
