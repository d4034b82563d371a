"""Back-pressure: whether there is room for another wish, and if not, whose limit is reached."""

from bot.words.pressure import Crowd, Pressure, Turned


def turned_away(crowd: Crowd, pressure: Pressure) -> Turned | None:
    """Why nothing comes of a wish now; None where a job may come of it. A person's own limit comes first."""
    if crowd.asked >= pressure.person_day:
        return Turned.PERSON
    if crowd.same:
        return Turned.BUSY
    if crowd.unfinished > pressure.waiting:  # one of them is at work, or about to be
        return Turned.REPOSITORY
    return None
