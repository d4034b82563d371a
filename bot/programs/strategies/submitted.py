"""Submitted: a room whose SUBMIT is judged at once, so that a model can mend what it would submit."""

from collections.abc import Mapping
from typing import Any

import dspy

from bot.programs.form import Form
from bot.programs.strategies.candidate import Candidate, examined, tried
from bot.programs.strategies.furnished import FurnishedRoom
from bot.programs.watched import advice
from bot.programs.workbench import Workbench
from sandbox.room import SandboxError

NO_TEXTS = "SUBMIT takes two texts: the file's whole new text, and how you went about it."
NO_CODE = "The text that you submitted is empty, but the file has to change. Submit its whole new text."


class SubmissionRoom(FurnishedRoom):
    """A room in which `SUBMIT(code, plan)` ends the work only with a text of the file that holds.

    Args:
        bench: the repository and the maker of rooms.
        form: the file.
        variables: what code finds in the room.
        may_stay: whether the file may be right as it is.

    Attributes:
        accepted: what was submitted and holds, or, without code, that the file is right as it is; None so far.
        plan: how the model went about it.
        fault: what it blames: "code", "tests" or "other".
        left: the last usable text that a script left in the room without submitting it.
        printed: what the last script printed.
    """

    def __init__(self, bench: Workbench, form: Form, variables: Mapping[str, Any], *, may_stay: bool) -> None:
        super().__init__(bench, form.spec.path, variables)
        self._form, self._may_stay = form, may_stay
        self.accepted: Candidate | None = None
        self.left = Candidate()
        self.plan, self.fault, self.printed = "", "code", ""

    def execute(self, code: str, variables: Mapping[str, Any] | None = None) -> Any:
        """Run code, and judge what it submits. Raises dspy.CodeExecutionError: what to mend."""
        try:
            result = super().execute(code, variables)
        except dspy.CodeExecutionError as error:
            raise dspy.CodeExecutionError(f"{advice(self.last)}\n{error}".strip()) from error
        finally:
            self._look()
        self.printed = self.last.stdout if self.last else ""
        if isinstance(result, dspy.FinalOutput):
            self._judge(result.output)
        return result

    def _look(self) -> None:
        """Keep the file's text as the room has it: it may be all that is left in the end."""
        try:
            found = examined(self._form, self.text() or "")
        except SandboxError:
            return
        if found.code and not found.told:
            self.left = found

    def _judge(self, submitted: Any) -> None:
        values = submitted.values() if isinstance(submitted, dict) else ()
        if not values or not all(isinstance(value, str) for value in values):
            raise dspy.CodeExecutionError(NO_TEXTS)
        text, self.plan = submitted["code"], submitted["plan"]
        candidate = examined(self._form, text) if text.strip() else Candidate(told=NO_CODE, unchanged=True)
        if candidate.unchanged and self._may_stay:
            self.fault = "tests" if self.plan.strip().lower().startswith("test") else "other"
            self.accepted = Candidate()
            return
        if not candidate.told:
            candidate = tried(self._bench, self._form, candidate)
            if candidate.code is not None:
                self.accepted = candidate
                return
        raise dspy.CodeExecutionError(candidate.told)
