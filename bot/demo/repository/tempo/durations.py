"""Parse and format durations."""

SECONDS = {"s": 1, "m": 60, "h": 3600}


def parse_duration(text: str) -> int:
    """Seconds of a duration such as "90s" or "5m". Raises ValueError for anything else."""
    number, unit = text[:-1], text[-1:]
    if unit not in SECONDS or not number.isdigit():
        raise ValueError(f"not a duration: {text!r}")
    return int(number) * SECONDS[unit]


def format_duration(seconds: int) -> str:
    """A duration in its largest whole unit: 90 is "90s", 120 is "2m"."""
    for unit in ("h", "m"):
        if seconds and seconds % SECONDS[unit] == 0:
            return f"{seconds // SECONDS[unit]}{unit}"
    return f"{seconds}s"
