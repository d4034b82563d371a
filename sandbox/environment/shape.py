"""The shape of untrusted data: what has another shape than the one asked for counts as absent."""

from collections.abc import Mapping

Table = Mapping[str, object]


def table(data: object, *keys: str) -> Table:
    """The table below these keys; empty when there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def tables(data: object) -> list[Table]:
    """The tables in a list; empty when it is none."""
    return [entry for entry in data if isinstance(entry, Mapping)] if isinstance(data, list) else []


def text(data: object) -> str:
    """A text; "" when it is none."""
    return data.strip() if isinstance(data, str) else ""


def texts(data: object) -> list[str]:
    """The texts in a list; empty when it is none."""
    return [entry.strip() for entry in data if isinstance(entry, str)] if isinstance(data, (list, tuple)) else []
