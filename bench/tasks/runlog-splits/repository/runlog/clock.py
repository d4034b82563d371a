"""Times for people."""


def format_time(seconds: float) -> str:
    """"4:05", or "1:04:05" from an hour on; rounded to whole seconds."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def format_pace(seconds: float, metres: float) -> str:
    """Time for a kilometre: "5:30 /km"; "-" when nothing was run."""
    return f"{format_time(seconds / metres * 1000)} /km" if metres > 0 else "-"
