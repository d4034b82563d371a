"""`python -m bench.soak.scale`: a model of so many repositories on paper: what breaks first, and at how many.

Costs of a job are what a soak measured or what documents promise; each says which. A wish for more than a resource can
give in the busiest hour breaks it.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Fleet:
    """What is asked for, and with what.

    Attributes:
        repositories: in total, of so many `installations` of the App of the same size.
        weekly: jobs of a repository in a week.
        peak: how many times the average hour the busiest one has.
        minutes: of a job, from its start to its end.
        each: jobs at once on one worker.
        cards: that run models; `cores` run rooms.
    """

    repositories: int = 10_000
    installations: int = 1
    weekly: float = 2.0
    peak: float = 4.0
    minutes: float = 6.0
    each: int = 4
    cards: int = 8
    cores: int = 32

    @property
    def hourly(self) -> float:
        """Jobs in the busiest hour."""
        return self.repositories * self.weekly / (7 * 24) * self.peak

    @property
    def at_once(self) -> float:
        """Jobs at work in it."""
        return self.hourly * self.minutes / 60

    @property
    def workers(self) -> float:
        """Processes that are needed for them."""
        return max(1.0, self.at_once / self.each)


@dataclass(frozen=True)
class Resource:
    """Something that can be used up.

    Attributes:
        name: in a few words.
        wanted: in the busiest hour.
        given: at most, in an hour.
    """

    name: str
    wanted: float
    given: float

    @property
    def share(self) -> float:
        """Of what there is; above 1 it breaks."""
        return self.wanted / self.given


#: Of one job. Measured by a soak without trouble: requests, writes, steps, seconds of a processor in a worker.
REQUESTS, WRITES, STEPS, WORKER_SECONDS, CALLS = 46, 16, 21, 1.0, 10
#: Assumed: a small model on one consumer card, one call at a time; and the proof's rooms.
CARD_SECONDS, ROOM_SECONDS = 100, 90
#: GitHub's, for one installation and hour: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
PRIMARY, CONTENT = 12_500, 500
#: Seconds in which the daybook is locked, for each of the three entries that a call makes; and of one record.
DAYBOOK, RECORD = 0.004, 0.005
#: Measured: what an idle worker, which looks into two queues four times a second, costs PostgreSQL, in processors.
LOOK = 0.011


def resources(fleet: Fleet) -> Iterator[Resource]:
    """What a fleet uses in its busiest hour."""
    jobs, each = fleet.hourly, fleet.hourly / fleet.installations
    yield Resource("GitHub: content written by one installation", each * WRITES, CONTENT)
    yield Resource("GitHub: requests of one installation", each * REQUESTS, PRIMARY)
    yield Resource("the model's cards", jobs * CARD_SECONDS, fleet.cards * 3600)
    yield Resource("processors for rooms", jobs * ROOM_SECONDS, fleet.cores * 3600)
    yield Resource("processors of the workers", jobs * WORKER_SECONDS, fleet.workers * 3600)
    yield Resource("the daybook's lock", jobs * CALLS * 3 * DAYBOOK, 3600)
    yield Resource("PostgreSQL: looks into the queues, of one processor", fleet.workers * LOOK * 3600, 3600)
    yield Resource("PostgreSQL: records, of one processor", jobs * STEPS * RECORD, 3600)


def table(fleet: Fleet) -> Iterator[str]:
    """The lines, the most used first."""
    yield (
        f"{fleet.repositories:,} repositories, {fleet.installations:,} installations: "
        f"{fleet.hourly:.0f} jobs in the busiest hour, {fleet.at_once:.0f} at once, {fleet.workers:.0f} workers"
    )
    for one in sorted(resources(fleet), key=lambda one: -one.share):
        breaks = f"breaks at {fleet.repositories / one.share:,.0f} repositories"
        yield f"  {one.share:7.2f}  {one.name}; {breaks}"


def main() -> int:
    """Print one company with many repositories, and many companies with few."""
    for fleet in (Fleet(), Fleet(installations=500)):
        print("\n".join(table(fleet)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
