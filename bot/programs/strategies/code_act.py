"""CodeAct: change a file in steps of reading, editing and running, all in one room."""

from dataclasses import dataclass, field, replace
from typing import Any

import dspy

from bot.decisions.code.source import extract_code
from bot.decisions.editing.edits import EditError, UnchangedError
from bot.programs.form import Form
from bot.programs.signatures import CodeRefinementSignature, PythonCodeGenerator
from bot.programs.strategies.asking import asked
from bot.programs.strategies.candidate import Candidate, examined, tried
from bot.programs.strategies.furnished import FurnishedRoom
from bot.programs.strategies.outcome import outcome
from bot.programs.strategies.plain import PlainGeneration
from bot.programs.strategies.scripts import FUNCTIONS, NAMES, checks, step_of
from bot.programs.strategies.steps import Steps, fitted, fitting
from bot.programs.strategies.written import as_file
from bot.programs.watched import advice
from bot.programs.workbench import Workbench
from sandbox.room import SandboxError

STEPS = 6
MOST_MALFORMED = 3
FORM = "A Python script. Of what it changes, only {path} is kept."
PARTS = " Only parts of the file are shown, each below a # line that is not in it; read() prints the rest."
NOTHING = "You wrote no script."
WRITTEN = "The file has what you wrote now."
UNTOUCHED = (
    "The file is still as it was. Change it by edit(old, new), and check the change by run(code). If nothing in it has "
    "to change, say in reasoning which file has to, and finish() once more."
)
GONE = "{path} was gone or no text any more."
BACK = "It is as it was before this step again."


@dataclass
class Course:
    """One call of the program: what it was given, and how far it is.

    Attributes:
        inputs: the fields that stay the same.
        failures: what was wrong with the file at the beginning; "" for nothing.
        optional: whether the file may stay as it is.
        steps: what was done.
        best: the file's new text as of the last step that left a usable one.
        malformed: how many replies could not be read.
        declined: how often it was finished without a change that was asked for.
    """

    inputs: dict[str, str]
    failures: str
    optional: bool
    steps: Steps = field(default_factory=Steps)
    best: Candidate = field(default_factory=Candidate)
    malformed: int = 0
    declined: int = 0


class ActingProgram(dspy.CodeAct):  # type: ignore[misc]  # dspy is untyped
    """`dspy.CodeAct` for a file that exists, in a container room.

    Different from dspy 3.4.1: the functions see the repository; scripts are read whole; the prompt shows the file
    as it is now and forgets old steps, not the task; a passed check ends the work without a further call, and an
    error never does; the result is the file itself, read back and checked, instead of a model's memory of it.
    A script that takes too long or too much memory is told so and tried again in a fresh room. When no room can be
    had, or the steps are used up, plain generation writes the code without one.

    Args:
        bench: the repository and the maker of rooms.
        form: the file and the form of its code.
        max_iters: how many scripts are run.
    """

    def __init__(self, bench: Workbench, form: Form, max_iters: int = STEPS) -> None:
        super().__init__(
            PythonCodeGenerator, tools=list(FUNCTIONS), max_iters=max_iters, interpreter_factory=self._interpreter
        )
        self._bench, self._form = bench, form
        self.codeact = dspy.Predict(step_of(PythonCodeGenerator))
        self.correct = dspy.Predict(step_of(CodeRefinementSignature))
        self.extractor = PlainGeneration(form)

    def _interpreter(self) -> FurnishedRoom:
        """The room of all steps."""
        return FurnishedRoom(self._bench, self._form.spec.path)

    def forward(
        self,
        interpreter: FurnishedRoom | None = None,
        /,
        *,
        previous_code: str = "",
        failures: str = "",
        optional: bool = False,
        **inputs: str,
    ) -> Any:
        """Look, edit and run until the file does what it should; see `CodeProgram.forward`.

        Raises:
            dspy.LMError: the model's server failed.
        """
        del previous_code  # it is the file as it lies on the bench
        course = Course(inputs, failures, optional)
        trouble = ""
        try:
            with self._interpreter_context(interpreter) as room:
                room.start()
                for _ in range(self.max_iters):
                    if ended := self._step(room, course):
                        return ended
                    if course.malformed >= MOST_MALFORMED:
                        break
        except (dspy.CodeInterpreterError, SandboxError) as error:
            trouble = str(error)
        return self._concluded(course, trouble)

    def _step(self, room: FurnishedRoom, course: Course) -> Any:
        """Ask for one script and run it. An outcome when that ends the work, else None."""
        reply, problem = asked(self.correct if course.failures else self.codeact, **self._prompt(course))
        if reply is None:
            course.malformed += 1
            course.steps.enter("", "", problem)
            return None
        fault = getattr(reply, "fault", "code").strip().lower()
        if course.failures and course.best.code is None and fault.startswith(("test", "other")):
            return outcome(None, reply.reasoning, fault="tests" if fault.startswith("test") else "other")
        script = extract_code(reply.generated_code)
        seen, done = self._act(room, course, reply.generated_code, script)
        candidate, unchanged = self._read_back(room, course)
        course.declined += done and unchanged
        if done and unchanged and (course.optional or course.failures or course.declined > 1):
            return outcome(None, reply.reasoning, fault="other", execution_result=seen)
        if done and candidate.code and not candidate.told:
            candidate = tried(self._bench, self._form, candidate)
            if candidate.code:
                told = candidate.told or seen
                return outcome(candidate.code, reply.reasoning, executed=candidate.imported, execution_result=told)
        words = [seen, UNTOUCHED if done and unchanged else "" if unchanged else candidate.told]
        course.steps.enter(reply.reasoning, script, "\n\n".join(word for word in words if word))
        return None

    def _act(self, room: FurnishedRoom, course: Course, written: str, script: str) -> tuple[str, bool]:
        """What a script printed or how it failed, and whether it ends the work."""
        if not script:
            return NOTHING, False
        try:
            if (text := as_file(course.best.code or self._form.source, written, NAMES)) is not None:
                room.put(text)
                return WRITTEN, True
        except EditError as error:
            return str(error), isinstance(error, UnchangedError)
        try:
            result = room.execute(script)
        except dspy.CodeExecutionError as error:
            return f"{advice(room.last)}\n{error}".strip(), False
        printed = room.last.stdout if room.last else ""
        return printed, isinstance(result, dspy.FinalOutput) or checks(script)

    def _read_back(self, room: FurnishedRoom, course: Course) -> tuple[Candidate, bool]:
        """The file as the room has it now, and whether that is as it was at the beginning."""
        try:
            text = room.text()
        except SandboxError:  # the room died of this step: the next one has the last text that was usable
            return Candidate(), course.best.code is None
        path, source = self._form.spec.path, self._form.source
        if text is None and source is None:
            return Candidate(), True
        if text is None:
            room.restore()
            return Candidate(told=f"{GONE.format(path=path)} {BACK}"), False
        candidate = examined(self._form, text)
        if candidate.code is None and not candidate.unchanged:  # what comes next must fit to what the prompt shows
            room.put(course.best.code or source or "")
            return Candidate(told=f"{candidate.told} {BACK}"), False
        course.best = candidate
        if text := candidate.code or source:
            self._bench.put(path, text)
        return candidate, candidate.unchanged

    def _prompt(self, course: Course) -> dict[str, str]:
        """The fields of the next prompt."""
        now = fitting(replace(self._form, source=course.best.code or self._form.source))
        parts = "" if now.whole else PARTS
        inputs = course.inputs | {"current_code": now.shown, "form": FORM.format(path=now.spec.path) + parts}
        if course.failures:
            inputs["failures"] = course.failures
        inputs = fitted(inputs)
        return inputs | {"steps": course.steps.told_beside(inputs)}

    def _concluded(self, course: Course, trouble: str) -> Any:
        """No step ended the work: the last usable text, if it can be imported, else plain generation."""
        thought = course.steps.done[-1].thought if course.steps.done else ""
        best = course.best if course.best.told else tried(self._bench, self._form, course.best)
        if best.code and not course.best.told:
            seen = best.told or trouble or course.steps.last_seen
            return outcome(best.code, thought, executed=best.imported, execution_result=seen)
        told = "\n\n".join(part for part in (course.steps.last_told, course.failures) if part)
        made = self.extractor(**course.inputs, failures=told, optional=course.optional, blame=bool(course.failures))
        made.execution_result = made.execution_result or trouble
        return made
