"""Evaluate the readings of water gauges."""

from tideline.readings import Reading, ReadingError, read
from tideline.report import daily_extremes, hourly_means, hourly_spreads
from tideline.series import Series

__all__ = ["Reading", "ReadingError", "Series", "daily_extremes", "hourly_means", "hourly_spreads", "read"]
