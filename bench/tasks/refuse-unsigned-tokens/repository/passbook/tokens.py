"""Issue and verify tokens."""

import hashlib
import hmac
import time
from typing import Any

from passbook.encoding import decode, decode_json, encode, encode_json
from passbook.errors import BadSignature, Expired, Malformed
from passbook.keys import Keyring

ALGORITHM = "HS256"


def issue(claims: dict[str, Any], *, keys: Keyring, seconds: float, now: float | None = None) -> str:
    """Make a token.

    Args:
        claims: what it says; "exp" is ours.
        keys: signs with the newest of them.
        seconds: how long it is good.
        now: the time, for tests.
    """
    if "exp" in claims:
        raise ValueError("exp is set by the library")
    moment = time.time() if now is None else now
    header = encode_json({"alg": ALGORITHM, "kid": keys.newest})
    body = encode_json({**claims, "exp": moment + seconds})
    key = keys.get(keys.newest)
    assert key is not None
    return f"{header}.{body}.{encode(_sign(key, f'{header}.{body}'))}"


def verify(token: str, *, keys: Keyring, now: float | None = None) -> dict[str, Any]:
    """The claims of a good token.

    Raises:
        Malformed: it is none.
        BadSignature: it was not signed with a key of the ring.
        Expired: its time is over.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise Malformed("a token has three parts")
    header, body, signature = parts
    head = decode_json(header)
    key = keys.get(head.get("kid"))
    if head.get("alg") != ALGORITHM or key is None:
        raise BadSignature("it was not signed with a key of ours")
    if not hmac.compare_digest(_sign(key, f"{header}.{body}"), decode(signature)):
        raise BadSignature("the signature does not fit")
    claims = decode_json(body)
    if claims.pop("exp", 0) <= (time.time() if now is None else now):
        raise Expired("its time is over")
    return claims


def _sign(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
