"""How long something takes, for a reader."""


def span(seconds: float) -> str:
    """Say "40 seconds", "12 minutes" or "6 hours"."""
    for limit, length, unit in ((90, 1, "second"), (5400, 60, "minute")):
        if seconds < limit:
            return _counted(round(seconds / length), unit)
    return _counted(round(seconds / 3600), "hour")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
