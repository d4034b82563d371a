"""DayBudget, DayUsage, Today: what all jobs of one day may spend, and have spent."""

from bot.words.value import Value


class DayBudget(Value):
    """Hard limits of one day, which begins and ends at 00:00 UTC: for one repository, or for all together.

    Attributes:
        jobs: requests that are begun.
        minutes: wall time of all jobs, each counted by itself.
        calls: requests to the model.
        tokens: prompt and reply tokens together.
        money: US dollars.
    """

    jobs: int = 20
    minutes: float = 300.0
    calls: int = 800
    tokens: int = 6_000_000
    money: float = 10.0


#: The limits of all repositories together, where the operator says nothing.
WHOLE_DAY = DayBudget(jobs=100, minutes=1500.0, calls=4000, tokens=30_000_000, money=50.0)


class DayUsage(Value):
    """What was spent in one day; the same things as in a DayBudget."""

    jobs: int = 0
    minutes: float = 0.0
    calls: int = 0
    tokens: int = 0
    money: float = 0.0


class Today(Value):
    """Where the day of a job's repository stands.

    Attributes:
        usage: of all its jobs, this one included.
        budget: the repository's.
    """

    usage: DayUsage
    budget: DayBudget
