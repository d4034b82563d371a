"""Secrets: words that may be sent to one place, and may be printed nowhere."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

MASK = "***"
#: Shorter ones stand in ordinary words: masking them would make every message unreadable and hide nothing.
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password for HTTP's basic authentication. Its `repr` says neither.

    https://www.rfc-editor.org/rfc/rfc7617
    """

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.password)

    def header(self) -> str:
        """The value of the header "Authorization"."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def spellings(self) -> tuple[str, ...]:
        """Every form in which the secret could stand in a text: a token may be the user's name alone."""
        words = [self.password or self.user, self.header().removeprefix("Basic ")]
        return tuple(word for plain in words for word in (plain, quote(plain, safe="")) if len(word) >= SHORTEST)


def redact(text: str, logins: Iterable[Login]) -> str:
    """The text without the secrets."""
    for login in logins:
        for word in sorted(login.spellings(), key=len, reverse=True):
            text = text.replace(word, MASK)
    return text
