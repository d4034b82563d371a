"""A log of runs."""

from runlog.activity import Activity, Point
from runlog.summary import Summary, format_summary, summarize
from runlog.track import TrackError, read_track

__all__ = ["Activity", "Point", "Summary", "TrackError", "format_summary", "read_track", "summarize"]
