"""AppKey: the App's private key, read once, and the short-lived JWTs that it signs."""

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.errors import ConfigurationError

LIFETIME = 480
_RENEW_BEFORE = 60
_ADVICE = "Create one on the App's settings page (Private keys) and give the whole .pem file."


class AppKey:
    r"""Signs as the App. Reading the PEM costs tens of milliseconds, so it is done once.

    Args:
        app_id: the App's id or client id.
        pem: the key file's bytes; "\n" written as two characters, as in many .env files, is understood.

    Raises:
        ConfigurationError: no App id, or not an unencrypted RSA key in PEM form.
    """

    def __init__(self, app_id: str, pem: bytes) -> None:
        self._app_id = app_id.strip()
        if not self._app_id:
            raise ConfigurationError("APP_ID is empty: take it from the App's settings page.")
        self._key = _read(pem)
        self._token = ""
        self._expires = 0.0

    def __repr__(self) -> str:
        return f"AppKey(app_id={self._app_id!r}, key=***)"

    def sign(self, now: float) -> str:
        """A JWT, backdated by a minute and ending in less than nine.

        https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app

        Args:
            now: GitHub's idea of the time, seconds since the epoch.
        """
        if not now + _RENEW_BEFORE < self._expires <= now + LIFETIME:
            self._expires = now + LIFETIME
            claims = {"iat": int(now) - 60, "exp": int(self._expires), "iss": self._app_id}
            self._token = jwt.encode(claims, self._key, algorithm="RS256")
        return self._token

    def forget(self) -> None:
        """Sign anew next time."""
        self._expires = 0.0


def _read(pem: bytes) -> RSAPrivateKey:
    text = pem if b"\n" in pem.strip() else pem.replace(b"\\n", b"\n")
    try:
        key = load_pem_private_key(text.strip() + b"\n", password=None)
    except TypeError:
        raise ConfigurationError(f"The App's private key is protected by a password. {_ADVICE}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError(f"The App's private key is not a key in PEM form. {_ADVICE}") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
        raise ConfigurationError(f"The App's private key is not an RSA key of 2048 bits or more. {_ADVICE}")
    return key
