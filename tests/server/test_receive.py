"""Raw bytes in, a delivery or a clear no out."""

import hashlib
import hmac
import json

import pytest
from multidict import CIMultiDict

from bot.server.receive import LARGEST_BODY, Rejected, receive

SECRET = b"a-secret-of-a-good-length"
BODY = json.dumps({"action": "labeled"}).encode()


def signed(body: bytes, secret: bytes = SECRET, **changed: str) -> CIMultiDict[str]:
    headers = CIMultiDict(
        {
            "X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest(),
            "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
            "X-GitHub-Event": "issues",
            "Content-Type": "application/json",
        }
    )
    headers.update({name.replace("_", "-"): value for name, value in changed.items()})
    return headers


def test_a_signed_delivery_is_read() -> None:
    delivery = receive(signed(BODY), BODY, SECRET)
    assert (delivery.name, delivery.body) == ("issues", BODY)


def rejected(headers: CIMultiDict[str], body: bytes) -> int:
    with pytest.raises(Rejected) as caught:
        receive(headers, body, SECRET)
    return caught.value.status


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + hmac.new(SECRET, BODY, "sha1").hexdigest(),
        "sha256=é",
        "\udcff",
    ],
)
def test_another_signature_is_401(signature: str) -> None:
    assert rejected(signed(BODY, X_Hub_Signature_256=signature), BODY) == 401


def test_a_signature_of_another_secret_or_other_bytes_is_401() -> None:
    assert rejected(signed(BODY, b"another-secret-altogether"), BODY) == 401
    assert rejected(signed(BODY), BODY + b" ") == 401


def test_no_signature_is_401_even_for_what_is_not_json() -> None:
    headers = signed(b"{")
    del headers["X-Hub-Signature-256"]
    assert rejected(headers, b"{") == 401


def test_a_form_is_415() -> None:
    assert rejected(signed(BODY, Content_Type="application/x-www-form-urlencoded"), BODY) == 415


def test_a_missing_or_strange_name_is_400() -> None:
    assert rejected(signed(BODY, X_GitHub_Event="../issues"), BODY) == 400
    assert rejected(signed(BODY, X_GitHub_Delivery=""), BODY) == 400


def test_over_25_megabytes_is_413() -> None:
    body = b" " * (LARGEST_BODY + 1)
    assert rejected(signed(body), body) == 413
