"""Pressure, Crowd, Turned: how much may be asked for, how much was, and why somebody is turned away."""

from enum import StrEnum

from bot.words.value import Value


class Pressure(Value):
    """Limits of what may be asked for.

    Attributes:
        waiting: jobs of one repository that may wait beside the one at work.
        person_day: jobs that one person may ask for in a day of UTC, in all repositories together; and as many
            comments beside them that get an answer.
    """

    waiting: int = 10
    person_day: int = 20


class Crowd(Value):
    """Who asks for a job finds this.

    Attributes:
        asked: what this person asked for today, without what that limit itself refused.
        unfinished: jobs of the repository that wait or are at work.
        same: whether one of them is for the same issue.
    """

    asked: int = 0
    unfinished: int = 0
    same: bool = False


class Turned(StrEnum):
    """Why nothing comes of a wish now."""

    BUSY = "busy"
    PERSON = "person"
    REPOSITORY = "repository"
