"""What the log shows of a run."""

from dataclasses import dataclass

from runlog.activity import Activity
from runlog.clock import format_pace, format_time


@dataclass(frozen=True)
class Summary:
    """The numbers of a run: metres, seconds, metres that went up."""

    name: str
    metres: float
    seconds: float
    climbed: float


def summarize(activity: Activity) -> Summary:
    """The numbers of a run."""
    return Summary(activity.name, activity.metres, activity.seconds, activity.climbed())


def format_summary(activity: Activity) -> str:
    """A run as a few lines of text."""
    one = summarize(activity)
    return "\n".join(
        [
            one.name,
            f"  {one.metres / 1000:.2f} km in {format_time(one.seconds)}",
            f"  {format_pace(one.seconds, one.metres)}, {one.climbed:.0f} m up",
        ]
    )
