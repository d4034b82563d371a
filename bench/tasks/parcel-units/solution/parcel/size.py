"""Read and write sizes."""

import re

UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
DECIMAL = {"kB": 1000, "MB": 1000**2, "GB": 1000**3}

SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]+)\s*")


def parse_size(text: str) -> int:
    """Bytes of a size such as "3 KiB". Raises ValueError for anything else."""
    found = SIZE.fullmatch(text)
    unit = {**UNITS, **DECIMAL}.get(found[2]) if found else None
    if not found or unit is None:
        raise ValueError(f"not a size: {text!r}")
    return round(float(found[1]) * unit)


def show_size(size: int) -> str:
    """A size in its largest unit that leaves at least 1: 3072 is "3 KiB"."""
    name, unit = max(((n, u) for n, u in UNITS.items() if u <= size), key=lambda pair: pair[1], default=("B", 1))
    return f"{size / unit:g} {name}"
