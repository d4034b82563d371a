import pytest

from passbook import BadSignature, Expired, Keyring, Malformed, TokenError, issue, verify
from passbook.encoding import encode_json

RING = Keyring({"old": b"o" * 32, "new": b"n" * 32})


def test_round_trip():
    token = issue({"user": 17}, keys=RING, seconds=60, now=1000)
    assert verify(token, keys=RING, now=1059) == {"user": 17}
    with pytest.raises(Expired):
        verify(token, keys=RING, now=1060)


def test_another_ring():
    token = issue({"user": 17}, keys=RING, seconds=60, now=1000)
    with pytest.raises(BadSignature):
        verify(token, keys=RING.without("new"), now=1001)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "HS1", None])
def test_the_header_never_chooses_how_to_check(alg):
    token = issue({"user": 17}, keys=RING, seconds=60, now=1000)
    body = token.split(".")[1]
    for kid in ("new", None):
        forged = f"{encode_json({'alg': alg, 'kid': kid})}.{body}."
        with pytest.raises(BadSignature):
            verify(forged, keys=RING, now=1001)


def test_a_changed_body():
    header, _, signature = issue({"user": 17}, keys=RING, seconds=60, now=1000).split(".")
    forged = encode_json({"user": 1, "exp": 2000})
    with pytest.raises(BadSignature):
        verify(f"{header}.{forged}.{signature}", keys=RING, now=1001)


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d", "!.!.!", "W10.W10."])
def test_no_token(token):
    with pytest.raises(Malformed):
        verify(token, keys=RING)


def test_one_error_for_all():
    assert issubclass(BadSignature, TokenError)
    with pytest.raises(ValueError, match="exp"):
        issue({"exp": 1}, keys=RING, seconds=1)


def test_keys():
    with pytest.raises(ValueError, match="32"):
        Keyring({"short": b"x"})
    assert RING.newest == "new"
