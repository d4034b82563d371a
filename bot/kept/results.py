"""What a job leaves behind: a patch, the evidence, the pull request's text, the trajectory."""

import json
import os
from pathlib import Path
from typing import IO, Any

from bot.decisions.editing.changes import unified_diff
from bot.errors import ConfigurationError
from bot.workflow.ending import End, Ending

TRAJECTORY, EVIDENCE, PATCH = "trajectory.jsonl", "evidence.json", "patch.diff"
FILES = (PATCH, EVIDENCE, "pull_request.md", TRAJECTORY)


class Results:
    """The folder of one run. The trajectory is written as it happens, so that a killed run leaves it.

    Args:
        folder: made if missing, readable by its owner alone where `go_on`.
        named: what stands before the folder in an error.
        go_on: whether a trajectory that is there goes on; else earlier results are replaced.
    """

    def __init__(self, folder: Path, *, named: str = "--out ", go_on: bool = False) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700 if go_on else 0o777)
            for name in () if go_on else FILES:
                (folder / name).unlink(missing_ok=True)
            self._trajectory: IO[str] = (folder / TRAJECTORY).open("a" if go_on else "w", encoding="utf-8")
            self.fresh = self._trajectory.tell() == 0
            if not self.fresh and not _ends_a_line(folder / TRAJECTORY):
                self._trajectory.write("\n")  # a process was killed in the middle of it
        except OSError as error:
            raise ConfigurationError(f"{named}{folder} can't be written: {error.strerror}.") from error
        self._folder = folder

    def record(self, event: dict[str, Any]) -> None:
        """Add one event (a model call) to the trajectory."""
        self._trajectory.write(json.dumps(event, ensure_ascii=True, default=str) + "\n")
        self._trajectory.flush()

    def write(self, ending: Ending, report: str) -> None:
        """Write what the run came to; `report` is the text of pull_request.md.

        `patch.diff` holds the proven patch only; the last patch of a run without proof is in `evidence.json`.
        """
        last = next((a for a in reversed(ending.attempts) if a.patch is not None), None)
        proven = ending.end is End.PROVEN and last is not None and last.patch is not None
        diff = unified_diff(last.patch) if proven and last is not None and last.patch is not None else ""
        (self._folder / PATCH).write_text(diff, encoding="utf-8", newline="")
        (self._folder / EVIDENCE).write_text(self._evidence(ending), encoding="utf-8")
        (self._folder / "pull_request.md").write_text(report, encoding="utf-8")

    def close(self) -> None:
        """Close the trajectory."""
        self._trajectory.close()

    @staticmethod
    def _evidence(ending: Ending) -> str:
        content = {
            "end": ending.end.value,
            "proven": ending.end is End.PROVEN,
            "plan": ending.plan.model_dump(mode="json") if ending.plan else None,
            "attempts": [attempt.model_dump(mode="json") for attempt in ending.attempts],
            "evidence": ending.evidence.model_dump(mode="json") if ending.evidence else None,
            "reproduction": ending.reproduction.model_dump(mode="json") if ending.reproduction else None,
            "usage": ending.usage.model_dump(mode="json"),
            "minutes": round(ending.minutes, 2),
            "notes": list(ending.notes),
        }
        return json.dumps(content, indent=2) + "\n"


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
