"""The private key is checked at once and never shown; no secret survives in a message."""

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.errors import ConfigurationError
from bot.github.app_key import AppKey
from bot.github.credentials import AppCredentials, TokenCredentials
from bot.github.redaction import one_line, redact

KEY = rsa.generate_private_key(65537, 2048)
NOW = 1_900_000_000.0


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes | None = None) -> bytes:
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    style = serialization.PrivateFormat.PKCS8 if password else serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, style, lock)


def test_a_jwt_is_backdated_by_a_minute_and_ends_in_under_nine() -> None:
    key = AppKey("123", pem(KEY))
    claims = jwt.decode(key.sign(NOW), KEY.public_key(), algorithms=["RS256"],
                        options={"verify_exp": False, "verify_iat": False})  # fmt: skip
    assert claims == {"iat": NOW - 60, "exp": claims["exp"], "iss": "123"}
    assert NOW < claims["exp"] <= NOW + 540
    assert key.sign(NOW + 100) == key.sign(NOW)
    assert key.sign(NOW + 430) != key.sign(NOW)


def test_a_clock_that_goes_back_gets_a_new_jwt() -> None:
    key = AppKey("123", pem(KEY))
    later = key.sign(NOW)
    assert key.sign(NOW - 600) != later


def test_newlines_as_two_characters_are_understood() -> None:
    AppKey("123", pem(KEY).strip().replace(b"\n", b"\\n"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a key in PEM"),
        (b"\xff\xfe binary", "not a key in PEM"),
        (pem(KEY)[:300], "not a key in PEM"),
        (pem(KEY, b"secret"), "password"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA key"),
        (pem(rsa.generate_private_key(65537, 1024)), "2048"),  # noqa: S505 - weak on purpose
    ],
)
def test_a_bad_key_is_refused_in_one_line_that_says_what_to_do(data: bytes, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why) as caught:
        AppCredentials("123", data)
    assert "\n" not in str(caught.value)
    assert "settings page" in str(caught.value)


def test_credentials_show_nothing() -> None:
    shown = repr(AppCredentials("123", pem(KEY))) + repr(TokenCredentials("ghs_secretsecretsecretsecret"))
    assert "secret" not in shown
    assert "BEGIN" not in shown
    with pytest.raises(ConfigurationError):
        AppCredentials(" ", pem(KEY))
    with pytest.raises(ConfigurationError):
        TokenCredentials("")
    with pytest.raises(ConfigurationError):
        TokenCredentials("a\r\nx-evil: 1")


@pytest.mark.parametrize(
    "secret",
    [
        "ghs_" + "aB3-_." * 80,
        "ghp_" + "x" * 36,
        "github_pat_" + "A1_" * 20,
        AppKey("1", pem(KEY)).sign(NOW),
        pem(KEY).decode(),
    ],
)
def test_what_looks_like_a_secret_is_cut(secret: str) -> None:
    assert redact(f"before {secret} after").split() == ["before", "***", "after"]


def test_known_secrets_are_cut_whatever_they_look_like() -> None:
    assert redact("a hunter2 b hunter22 c", ["hunter2", "hunter22", ""]) == "a *** b *** c"


def test_foreign_text_becomes_one_harmless_line() -> None:
    assert one_line("a\r\n::set-env\x1b[31m\u202eb") == "a ::set-env [31m b"
    assert len(one_line("x" * 10_000)) == 300
