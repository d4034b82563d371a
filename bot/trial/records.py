"""Records: the results of a trial in a folder, a line each, so that a trial that was stopped can go on."""

import fcntl
import json
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.errors import ConfigurationError
from bot.trial.result import Result, Worth, digest_of
from bot.words.exercise import Exercise

#: In the folder of a trial: the lines, and a folder for each exercise's job.
LINES, JOBS = "results.jsonl", "jobs"


class Records:
    """The folder of one trial with one model, or with one and a stronger one where it fails. Close it.

    Args:
        folder: made if missing.
        model: the model's name. A folder with results of another one is refused: a table speaks of one model.

    Raises:
        ConfigurationError: it can't be used, or another trial uses it.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self._lines = folder / LINES
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._held = self._lines.open("ab")
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            text = self._lines.read_text(encoding="utf-8")
        except BlockingIOError:
            raise ConfigurationError(f"--out {folder} is in use by another trial. Name another folder.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"--out {folder} can't be used: {error}.") from error
        self.folder, self.model = folder, model
        self._found = self._read(text)
        others = {result.model for result in self._found.values()} - {model}
        if others:
            raise ConfigurationError(f"--out {folder} holds results of {min(others)}. Name another folder for {model}.")

    def close(self) -> None:
        """Let others use the folder."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def results(self) -> tuple[Result, ...]:
        """The newest result of each exercise, also of those that are not tried this time."""
        return tuple(self._found.values())

    def done(self, exercise: Exercise) -> Result | None:
        """The result of exactly this exercise; None where there is none, or where the job could not run."""
        found = self._found.get(exercise.name)
        current = found is not None and found.digest == digest_of(exercise) and found.worth is not Worth.FAILED
        return found if current else None

    def add(self, result: Result) -> None:
        """Keep a result. An earlier one of the same exercise no longer counts.

        Raises:
            ConfigurationError: it can't be written; what was kept before is still there.
        """
        line = json.dumps(result.model_dump(mode="json"))  # ASCII: half a surrogate pair of a model's is no UTF-8
        try:
            with self._lines.open("a", encoding="ascii") as lines:
                lines.write(line + "\n")
        except OSError as error:
            raise ConfigurationError(f"{self._lines} can't be written: {error.strerror}.") from error
        self._found[result.name] = result

    def job(self, name: str) -> Path:
        """Where the files of an exercise's job are."""
        return self.folder / JOBS / name

    def _read(self, text: str) -> dict[str, Result]:
        """The last result of each exercise; the last line may be half of one, of a trial that was killed."""
        found: dict[str, Result] = {}
        lines = text.removesuffix("\n").split("\n") if text else []  # a text may hold U+2028 and its like
        for number, line in enumerate(lines, 1):
            try:
                result = Result.model_validate(json.loads(line))
            except (ValueError, RecursionError):
                if number == len(lines):
                    lines.pop()
                    break
                raise ConfigurationError(f"{self._lines}, line {number}, is no result of a trial.") from None
            found[result.name] = result
        whole = "".join(f"{line}\n" for line in lines)
        if whole != text:
            self._lines.write_text(whole, encoding="utf-8", newline="")
        return found
