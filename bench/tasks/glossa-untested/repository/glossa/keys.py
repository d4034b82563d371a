"""Keys of texts."""

import re

_KEY = re.compile(r"[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*")
_FORM = re.compile(r"(?P<key>.*)\[(?P<form>[a-z]+)\]")

FORMS = ("zero", "one", "two", "few", "many", "other")


def normalize_key(key: str) -> str:
    """One spelling for each key: lower case, underscores."""
    return key.strip().lower().replace("-", "_")


def is_key(text: str) -> bool:
    """Whether a text can be a key."""
    return _KEY.fullmatch(text) is not None


def split_form(key: str) -> tuple[str, str]:
    """The key without its plural form, and that form: ("items", "one"); "" for none. Raises ValueError."""
    found = _FORM.fullmatch(key)
    if found is None:
        return key, ""
    if found["form"] not in FORMS:
        raise ValueError(f"{found['form']!r} is no plural form")
    return found["key"].strip(), found["form"]
