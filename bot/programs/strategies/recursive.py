"""RLM: the file and all that is known about it as variables in a room, and a model that works on them by code.

The successor of ProgramOfThought and CodeAct in DSPy: https://dspy.ai/api/modules/RLM/
"""

from collections.abc import Iterable
from typing import Any

import dspy

from bot.programs.defused import defused, restored
from bot.programs.form import Form
from bot.programs.signatures import PythonCodeGenerator
from bot.programs.sources import plain
from bot.programs.strategies.candidate import tried
from bot.programs.strategies.next_action import NextAction
from bot.programs.strategies.outcome import outcome
from bot.programs.strategies.plain import PlainGeneration
from bot.programs.strategies.submitted import SubmissionRoom
from bot.programs.workbench import Workbench
from sandbox.room import SandboxError

STEPS = 6
MOST_QUESTIONS, LONGEST_QUESTION = 4, 8000


class RoomRLM(dspy.RLM):  # type: ignore[misc]  # dspy is untyped
    """`dspy.RLM` whose rooms get no stand-in for dspy: code of a model builds no programs outside of its room."""

    def _setup_facade(self, *_: Any) -> str:
        return ""


class Question:
    """The model behind `llm_query`: the session's own, so that its gate counts it; a prompt has a limit.

    Code makes the prompt of the repository's texts, so it is defused as those are in every other prompt.
    """

    def __call__(self, prompt: str) -> Any:
        """Ask once."""
        answers = dspy.settings.lm(defused(prompt[:LONGEST_QUESTION])[:LONGEST_QUESTION])
        return [restored(answer) for answer in answers] if isinstance(answers, list) else answers


class LastWord(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """Stands where dspy asks a model what it has done: nothing was submitted, and the file tells the rest."""

    def __init__(self, action: NextAction) -> None:
        super().__init__()
        self._action = action

    def forward(self, *, repl_history: Iterable[Any] = (), **_: Any) -> Any:
        """Nothing but that the last step is remembered."""
        self._action.remember(repl_history)
        return dspy.Prediction(code="", plan="")


class RecursiveProgram(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """`dspy.RLM` for the code of one file, in a container room.

    Different from dspy 3.4.1: the prompt is short, bounded, and forgets old steps; what is submitted must keep the
    rules of every edit and be importable, else the model is told; malformed replies are steps, not the end. When
    no room can be had, or the steps are used up, plain generation writes the code without one.

    Args:
        bench: the repository and the maker of rooms.
        form: the file and the form of its code.
        max_iters: how many scripts are run.
    """

    def __init__(self, bench: Workbench, form: Form, max_iters: int = STEPS) -> None:
        super().__init__()
        self._bench, self._form = bench, form
        self._room: SubmissionRoom | None = None
        self.rlm = RoomRLM(
            task_of(PythonCodeGenerator), max_iters=max_iters, max_llm_calls=MOST_QUESTIONS, sub_lm=Question()
        )
        self.rlm.generate_action = NextAction(form)
        self.rlm.extract = LastWord(self.rlm.generate_action)
        self.plain = PlainGeneration(form)

    def forward(self, *, previous_code: str = "", failures: str = "", optional: bool = False, **inputs: str) -> Any:
        """Work on the file by code until a new text of it is submitted that holds; see `CodeProgram.forward`.

        Raises:
            dspy.LMError: the model's server failed.
        """
        del previous_code  # it is the file as it lies on the bench
        given = {**inputs, "failures": failures, "current_code": plain(self._form.source or "")}
        room = SubmissionRoom(self._bench, self._form, given, may_stay=optional or bool(failures))
        self.rlm.generate_action.begin(given)
        trouble = ""
        try:
            self.rlm(interpreter_factory=lambda: room, **given)
        except (dspy.CodeInterpreterError, SandboxError) as error:
            trouble = str(error)
        if room.accepted is not None:
            made, seen = room.accepted, room.accepted.told or room.printed
            return outcome(made.code, room.plan, fault=room.fault, executed=made.imported, execution_result=seen)
        return self._concluded(room, given, optional=optional, trouble=trouble)

    def _concluded(self, room: SubmissionRoom, given: dict[str, str], *, optional: bool, trouble: str) -> Any:
        """Nothing that holds was submitted: what a script left in the file, if that holds, else plain generation."""
        steps = self.rlm.generate_action.steps
        left = tried(self._bench, self._form, room.left)
        if left.code:
            seen = left.told or trouble or steps.last_seen
            return outcome(left.code, room.plan, executed=left.imported, execution_result=seen)
        failures = given["failures"]
        told = "\n\n".join(part for part in (steps.last_told, failures) if part)
        inputs = {name: given[name] for name in ("specification", "context")}
        made = self.plain(**inputs, failures=told, optional=optional, blame=bool(failures))
        made.execution_result = made.execution_result or trouble
        return made


def task_of(signature: Any) -> Any:
    """What dspy's RLM has to produce from what, by the guide's signature."""
    task = signature.delete("form").delete("generated_code")
    task = task.append("failures", dspy.InputField(desc="what went wrong"), type_=str)
    task = task.append("code", dspy.OutputField(desc="the file's whole new text"), type_=str)
    return task.append("plan", dspy.OutputField(desc="how you went about it"), type_=str)
