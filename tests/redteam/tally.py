"""The tally: how many attacks were tried on each driver and how many were held, for the end of a run."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

PROPERTY = "redteam"


@dataclass(frozen=True, slots=True)
class Result:
    """One attack's. `verdict` is "held", "known" (in the table of differences) or "not held"."""

    driver: str
    family: str
    attack: str
    steps: int
    verdict: str
    why: str = ""

    def as_property(self) -> list[str | int]:
        """For a report, which travels between processes."""
        return [self.driver, self.family, self.attack, self.steps, self.verdict, self.why]


def results_in(reports: Iterable[Any]) -> list[Result]:
    """The results that tests noted in their reports."""
    found = [value for report in reports for name, value in getattr(report, "user_properties", ()) if name == PROPERTY]
    return [Result(*value) for value in found]


def tell(results: list[Result]) -> list[str]:
    """A line for each driver and family, then those that did not hold."""
    lines = []
    for driver in sorted({one.driver for one in results}):
        mine = [one for one in results if one.driver == driver]
        families = {family: [one for one in mine if one.family == family] for family in (one.family for one in mine)}
        lines += [f"{driver:<11} {family:<13} {_count(those)}" for family, those in families.items()]
        lines.append(f"{driver:<11} {'all':<13} {_count(mine)}")
    bad = [one for one in results if one.verdict != "held"]
    return lines + [f"  {one.verdict}: {one.driver}, {one.family}: {one.attack}: {one.why}" for one in bad]


def _count(results: list[Result]) -> str:
    held = sum(one.verdict == "held" for one in results)
    known = sum(one.verdict == "known" for one in results)
    tried = f"attempted {len(results):>3} ({sum(one.steps for one in results):>4} steps), held {held:>3}"
    return tried + (f", known not to hold {known}" if known else "")
