"""Fitness: what a model could really do on this machine, as `intern doctor` measured it."""

from enum import StrEnum

from bot.words.value import Value


class Skill(StrEnum):
    """The tiny tasks; the value is what a reader sees."""

    PLAN = "plan"
    EDIT = "edit of a large file"
    SMALL = "small file"
    TEST = "test"


class Tried(Value):
    """One tiny task: whether it was done, and why not. None where it could not be tried.

    `late`: whether its time was over, so that nobody knows whether it would have been done.
    """

    skill: Skill
    done: bool | None
    why: str = ""
    late: bool = False


class Fitness(Value):
    """The measurements.

    Attributes:
        window: tokens that are asked for.
        read: tokens that the model's server counted of a prompt that fills the window; 0 if not measured.
        found: whether the model knew what stood at its very beginning; None if not measured.
        short: whether it knew the same from a few lines; None if that was not asked.
        lost: why it did not, or why that was not measured.
        prompt_speed: tokens read in a second; 0.0 if not measured.
        reply_speed: tokens written in a second; 0.0 if not measured.
        tried: the tiny tasks.
        trouble: why measuring ended before it was done; "" when it did not.
    """

    window: int
    read: int = 0
    found: bool | None = None
    short: bool | None = None
    lost: str = ""
    prompt_speed: float = 0.0
    reply_speed: float = 0.0
    tried: tuple[Tried, ...] = ()
    trouble: str = ""

    def done(self, skill: Skill) -> bool | None:
        """Whether a task was done; None where it was not tried."""
        return next((one.done for one in self.tried if one.skill is skill), None)

    def late(self, skill: Skill) -> bool:
        """Whether a task was not done because its time was over."""
        return any(one.late for one in self.tried if one.skill is skill)


class Serving(StrEnum):
    """Whether the model will serve; the value is what a reader sees."""

    YES = "serves"
    SMALL = "serves for small files only"
    NO = "won't"
