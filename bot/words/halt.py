"""Halt: the word that a job has to end before its time."""

from bot.words.value import Value


class Halt(Value):
    """A job was stopped.

    Attributes:
        why: a sentence that says by whom ("alice said `/intern stop`.").
        told: whether the person who waits knows already, so that the job itself says nothing any more.
    """

    why: str
    told: bool = False
