"""Recording: what a job left in its folder, read back."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.errors import ConfigurationError
from bot.kept.recorded import AGAIN, RecordedJob
from bot.kept.results import EVIDENCE, TRAJECTORY
from bot.words.attempt import Attempt
from bot.workflow.desk import Origin
from bot.workflow.ending import End

LARGEST = 256 * 2**20

_OBJECT = TypeAdapter(dict[str, Any])
_ATTEMPTS = TypeAdapter(tuple[Attempt, ...])


@dataclass(frozen=True)
class Call:
    """One recorded call of the model.

    Attributes:
        purpose: "plan", "attempt 1, candidate 2".
        messages: the prompt, (role, text) each.
        reply: what the model said.
        error: what went wrong instead, "" for nothing.
        prompt_tokens: as the model's server counted them.
        reply_tokens: likewise.
    """

    purpose: str
    messages: tuple[tuple[str, str], ...]
    reply: str
    error: str
    prompt_tokens: int
    reply_tokens: int


@dataclass(frozen=True)
class Recording:
    """A finished job, or as much of one as was written before it was killed.

    Attributes:
        job: what it began with.
        calls: of the model, in order.
        end: how it ended; None where it was killed.
        attempts: with their verdicts.
        base: digest or SHA of the files that it began with; "" where that was never written.
        origin: where it started from; None where that was never found, or by a version that did not write it.
    """

    job: RecordedJob
    calls: tuple[Call, ...]
    end: End | None
    attempts: tuple[Attempt, ...]
    base: str
    origin: Origin | None = None


def read_recording(folder: Path) -> Recording:
    """Read the folder of a job.

    Raises:
        ConfigurationError: it is none, or of a version that left less behind.
    """
    lines = list(_lines(folder / TRAJECTORY))
    try:
        job = RecordedJob.model_validate(lines[0] if lines else {})
        calls = tuple(_call(line) for line in _counting(lines[1:]))
        origin = _origin(lines[1:])
    except (ValidationError, KeyError, TypeError, ValueError, OverflowError):
        raise ConfigurationError(
            f"{folder}/{TRAJECTORY} does not begin with a job that can be replayed. Was it written by another "
            "version of intern?"
        ) from None
    end, attempts, base = _ending(folder / EVIDENCE)
    found = job.base or base or (origin.base if origin else "")
    return Recording(job, calls, end, attempts, found, origin)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file. Of a job that was killed a line may be half of one, the last or in the middle."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigurationError(f"{path} is over {LARGEST // 2**20} MiB: no job's trajectory.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be read: {error.strerror}. Name the folder that `intern solve` or `intern trial` wrote."
        ) from error
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is no trajectory: it must be UTF-8 text.") from None
    for number, line in enumerate(text.split("\n"), 1):
        try:
            yield _OBJECT.validate_python(json.loads(line))
        except (ValueError, RecursionError):
            if number == 1 and text:
                raise ConfigurationError(f"{path}, line 1, is no JSON object.") from None


def _counting(lines: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The calls of the model that the job came to its end with.

    Where a process was killed in the middle of a step, the next one did all of that step again: what came of its
    calls before is nowhere in the job.
    """
    calls: list[dict[str, Any]] = []
    killed = False
    for line in lines:
        if line.get("kind") == AGAIN["kind"]:
            killed = True
        elif line.get("kind") == "model":
            purpose = line.get("purpose")
            if killed and calls and calls[-1].get("purpose") == purpose:
                calls = [call for call in calls if call.get("purpose") != purpose]
            killed = False
            calls.append(line)
    yield from calls


def _origin(lines: Sequence[dict[str, Any]]) -> Origin | None:
    """Where the job started from; a process that goes on after another writes it once more."""
    found = [{k: v for k, v in line.items() if k != "kind"} for line in lines if line.get("kind") == "origin"]
    return Origin.model_validate_json(json.dumps(found[-1])) if found else None


def _call(line: dict[str, Any]) -> Call:
    return Call(
        purpose=str(line.get("purpose", "")),
        messages=tuple((str(one["role"]), str(one["content"])) for one in line["messages"]),
        reply=str(line["reply"]),
        error=str(line.get("error", "")),
        prompt_tokens=int(line.get("prompt_tokens", 0)),
        reply_tokens=int(line.get("reply_tokens", 0)),
    )


def _ending(path: Path) -> tuple[End | None, tuple[Attempt, ...], str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        attempts = _ATTEMPTS.validate_python(found["attempts"])
        return End(found["end"]), attempts, next((one.patch.base for one in attempts if one.patch), "")
    except FileNotFoundError:
        return None, (), ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise ConfigurationError(f"{path} is no evidence that this version of intern can read.") from None
