"""Secrets never reach a message or a log: they are cut by exact value first, then by their known shapes."""

import re
from collections.abc import Iterable

#: Shapes of GitHub's tokens, JWTs and PEM keys. Installation tokens may hold dots and dashes and be over 500
#: characters long: https://github.blog/changelog/2026-05-15 (stateless `ghs_<app>_<jwt>`).
_SHAPES = re.compile(
    r"gh[a-z]_[A-Za-z0-9._-]{20,}"
    r"|github_pat_[A-Za-z0-9_]{20,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9._-]{8,}"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,20000}"
    r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with every known secret and everything that looks like one replaced by `***`."""
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, "***")
    return _SHAPES.sub("***", text)


def one_line(text: str, limit: int = 300) -> str:
    """Text from outside as one printable line of at most `limit` characters, redacted."""
    printable = "".join(c if c.isprintable() else " " for c in text[: limit * 4])
    line = redact(" ".join(printable.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"
