"""What a gauge's keeper wants to know."""

from datetime import date, datetime

from tideline.series import Series
from tideline.stats import extremes, mean, spread


def hourly_means(series: Series) -> dict[datetime, float]:
    """The mean level of each hour, in centimetres with two places."""
    return {start: round(mean([one.level for one in piece]), 2) for start, piece in series.hours()}


def hourly_spreads(series: Series) -> dict[datetime, float]:
    """How much the level went up and down in each hour."""
    return {start: round(spread([one.level for one in piece]), 2) for start, piece in series.hours()}


def daily_extremes(series: Series) -> dict[date, tuple[float, float]]:
    """The lowest and the highest level of each day."""
    return {start.date(): extremes([one.level for one in piece]) for start, piece in series.days()}
