"""Trace: which lines of chosen files a run of pytest has run, as coverage.py measured it."""

from pydantic import BaseModel, ConfigDict


class TracedFile(BaseModel):
    """One file.

    Attributes:
        lines: lines with code, from 1.
        missing: those that did not run.
        ways: of each line where the way forks: the line, how many ways there are, how many were gone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[int, ...]
    missing: tuple[int, ...]
    ways: tuple[tuple[int, int, int], ...]


class Trace(BaseModel):
    """What was measured.

    Attributes:
        disturbed: whether something else traced at the end, so that lines may be missing that did run.
        files: by path; None for a file that can't be read as Python.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    disturbed: bool
    files: dict[str, TracedFile | None]
