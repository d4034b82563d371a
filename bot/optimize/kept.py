"""Kept: what an optimization found out, a line each in a file, so that one that was stopped goes on where it was."""

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from bot.errors import Broken, ConfigurationError
from bot.words.evaluation import Evaluation
from bot.words.plan import Plan

M = TypeVar("M", bound=BaseModel)

FILE = "evaluations.jsonl"
#: Bytes of one line; what is longer is not kept, and done again where it is needed.
LONGEST_LINE = 2_000_000


class KeptFile:
    """The file. Lines that can't be read, such as the last one of a killed process, are passed over.

    Args:
        folder: of the compiled programs; made if missing.

    Raises:
        ConfigurationError: it can't be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._known: dict[tuple[str, str], JsonValue] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)  # code and tests are nobody else's business
            with self.path.open("a+b") as lines:
                lines.seek(0)
                line = b""
                while piece := lines.readline(LONGEST_LINE):
                    self._read(line := piece)
                if line and not line.endswith(b"\n"):
                    lines.write(b"\n")
        except OSError as error:
            raise ConfigurationError(f"INTERN_PROGRAMS {folder} can't be written: {error.strerror}.") from error

    def evaluation(self, key: str) -> Evaluation | None:
        """How a program did, by a digest of program and exercise."""
        return self._value("evaluation", key, Evaluation)

    def keep(self, key: str, evaluation: Evaluation) -> None:
        """Keep how a program did."""
        self._add("evaluation", key, evaluation.model_dump(mode="json"))

    def plan(self, key: str) -> Plan | None:
        """The plan for an exercise."""
        return self._value("plan", key, Plan)

    def keep_plan(self, key: str, plan: Plan) -> None:
        """Keep the plan for an exercise."""
        self._add("plan", key, plan.model_dump(mode="json"))

    def instruction(self, key: str) -> str | None:
        """An instruction that the model proposed."""
        found = self._known.get(("instruction", key))
        return found if isinstance(found, str) else None

    def keep_instruction(self, key: str, text: str) -> None:
        """Keep an instruction that the model proposed."""
        self._add("instruction", key, text)

    def trajectory(self, key: str) -> dict[str, Any] | None:
        """What the planner saw at an exercise."""
        found = self._known.get(("trajectory", key))
        return found if isinstance(found, dict) else None

    def keep_trajectory(self, key: str, trajectory: dict[str, Any]) -> None:
        """Keep what the planner saw at an exercise."""
        self._add("trajectory", key, trajectory)

    def tests(self, key: str) -> tuple[str, ...] | None:
        """The hidden tests of an exercise that count; () where it measures nothing."""
        found = self._known.get(("tests", key))
        return tuple(map(str, found)) if isinstance(found, list) else None

    def keep_tests(self, key: str, tests: tuple[str, ...]) -> None:
        """Keep which hidden tests of an exercise count."""
        self._add("tests", key, list(tests))

    def _value(self, kind: str, key: str, form: type[M]) -> M | None:
        found = self._known.get((kind, key))
        try:
            return form.model_validate_json(json.dumps(found)) if found is not None else None
        except ValidationError:  # kept by another version
            return None

    def _add(self, kind: str, key: str, value: JsonValue) -> None:
        self._known[kind, key] = value
        line = json.dumps({"kind": kind, "key": key, "value": value}).encode() + b"\n"
        if len(line) < LONGEST_LINE:
            try:
                with self.path.open("ab") as lines:
                    lines.write(line)
            except OSError as error:
                raise Broken(f"{self.path} can't be written: {error.strerror}.") from error

    def _read(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            self._known[str(entry["kind"]), str(entry["key"])] = entry["value"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return
