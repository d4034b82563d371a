"""Environment: numbers and addresses as an operator writes them, each refused with what to write instead."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.errors import ConfigurationError


def check_url(name: str, url: str, *, optional: bool = False) -> None:
    """Refuse what is no http(s) address, or holds a password. Raises ConfigurationError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        example = "http://localhost:11434"
        raise ConfigurationError(f"{name} is no URL that can be read. Write it as in {example}.") from error
    del port
    if "@" in (parts.netloc or url):
        raise ConfigurationError(
            f"{name} holds a user or a password before an @. Leave them out: addresses are shown in messages. "
            "A model's key belongs into INTERN_MODEL_KEY."
        )
    if not (optional and not url) and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ConfigurationError(f'{name} is "{url}". It must be an http(s) URL.')


def whole(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number from `low` to `high`. Raises ConfigurationError."""
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or len(text) > 12 or not low <= int(text) <= high:
        raise ConfigurationError(f'{name} is "{text[:40]}". It must be a whole number from {low} to {high}.')
    return int(text)


def amount(environment: Mapping[str, str], name: str, default: float) -> float:
    """An amount in US dollars. Raises ConfigurationError."""
    text = environment.get(name, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise ConfigurationError(f'{name} is "{text[:40]}". It must be an amount in US dollars, as in 1.50.')
    return value
