"""Splits: how long each kilometre took."""

from dataclasses import dataclass

from runlog.activity import Activity

#: Metres of a rest that are no split.
NOISE = 1.0


@dataclass(frozen=True)
class Split:
    """One piece of a run.

    Attributes:
        number: from 1.
        metres: its length.
        seconds: how long it took, pauses included.
    """

    number: int
    metres: float
    seconds: float

    @property
    def pace(self) -> float:
        """Seconds per kilometre."""
        return self.seconds / self.metres * 1000


def splits(activity: Activity, every: float = 1000.0) -> list[Split]:
    """The splits of a run; a rest of under one metre is left out.

    Args:
        activity: the run.
        every: metres of a split.

    Raises:
        ValueError: `every` is not positive.
    """
    if every <= 0:
        raise ValueError(f"a split of {every:g} metres has no end")
    found: list[Split] = []
    run = took = 0.0
    for seconds, metres in activity.legs():
        # A hair of tolerance: sums of floats must not leave a split that lacks a millionth of a metre.
        while metres > 0 and run + metres >= every - 1e-6:
            share = min(1.0, (every - run) / metres)
            found.append(Split(len(found) + 1, every, took + seconds * share))
            seconds, metres = seconds * (1 - share), metres * (1 - share)
            run = took = 0.0
        run, took = run + metres, took + seconds
    if run >= NOISE:
        found.append(Split(len(found) + 1, run, took))
    return found
