"""ProgramOfThought: write the code of one file, run it in a room, write it again on an error."""

from dataclasses import dataclass, replace
from typing import Any

import dspy

from bot.decisions.code.source import extract_code
from bot.decisions.editing.edits import EditError, UnchangedError
from bot.programs.form import Form
from bot.programs.signatures import REASONING, CodeRefinementSignature, PythonCodeGenerator
from bot.programs.strategies.asking import asked, blamed
from bot.programs.strategies.candidate import UNDEFINED
from bot.programs.strategies.outcome import outcome
from bot.programs.tools.answer import cut, cut_middle
from bot.programs.watched import LONGEST_TOLD, Watched, advice
from bot.programs.workbench import Workbench
from sandbox.interpreter import create_interpreter
from sandbox.room import SandboxError

HOPS = 3
CHECK = "a short Python script that imports the file's module and asserts what is new; it is run as a try"
CHECK_FAILED = (
    "The file can be imported, but its check failed. If only the check is wrong, leave generated_code empty and "
    "write a better check. It was:"
)
NEWER = "see previous_code"


@dataclass(frozen=True)
class Tried:
    """How the code of one hop did.

    Attributes:
        code: the file's whole new text; None when the reply could not be applied.
        imported: whether the room could import it.
        checked: whether its check was run.
        passed: whether that ran through, too.
        text: what it printed, or what went wrong.
        reply: what the model wrote.
        ran: False when the room failed for no fault of the code.
        unchanged: whether the model wrote what is there already.
    """

    reply: Any
    code: str | None = None
    imported: bool = False
    checked: bool = False
    passed: bool = False
    text: str = ""
    ran: bool = True
    unchanged: bool = False

    @property
    def told(self) -> str:
        """What went wrong, for the model: an error of the check comes with the check."""
        return f"{CHECK_FAILED}\n{extract_code(self.reply.check)}\n{self.text}" if self.checked else self.text


class CodeProgram(dspy.ProgramOfThought):  # type: ignore[misc]  # dspy is untyped
    """`dspy.ProgramOfThought` for the code of a file, in a container room.

    Different from dspy 3.4.1: code is read whole instead of being cut at blank lines; the code and what its
    run gave are kept; a run that takes too long is tried again, simpler, and one that takes too much memory,
    smaller; when the room fails, the code is taken without a run; and when all hops fail, a plain
    `dspy.ChainOfThought` writes it without one.

    Args:
        bench: the repository and the maker of rooms.
        form: the file and the form of its code.
        max_iters: how often code is written and run.
    """

    def __init__(self, bench: Workbench, form: Form, max_iters: int = HOPS) -> None:
        super().__init__(PythonCodeGenerator, max_iters=max_iters, interpreter_factory=self._interpreter)
        self._bench, self._form = bench, form
        self._room: Watched | None = None
        self.code_generate, self.code_regenerate, self.generate_output = (
            dspy.ChainOfThought(
                self._generate_signature(mode), rationale_field=dspy.OutputField(desc=REASONING, default="")
            )
            for mode in ("generate", "regenerate", "answer")
        )

    def _open(self) -> Watched:
        self._room = self._bench.open()
        return self._room

    def _interpreter(self) -> Any:
        """One hop's interpreter: a fresh room, so that no module of an earlier hop lingers."""
        return create_interpreter(self._open)

    def _generate_signature(self, mode: str) -> Any:
        """The signature of each kind of call; "answer" is plain generation, without a run."""
        if mode == "answer":
            return PythonCodeGenerator
        signature = PythonCodeGenerator if mode == "generate" else CodeRefinementSignature
        return signature.append("check", dspy.OutputField(desc=CHECK, default=""), type_=str)

    def _generate_instruction(self, mode: str) -> str:
        return str(self._generate_signature(mode).instructions)

    def forward(
        self,
        interpreter: Any = None,
        /,
        *,
        previous_code: str = "",
        failures: str = "",
        optional: bool = False,
        **inputs: str,
    ) -> Any:
        """Write and run.

        Args:
            interpreter: a caller's own interpreter instead of a fresh room per hop.
            previous_code: code that failed before, to be corrected.
            failures: what went wrong with it.
            optional: whether the file may stay as it is, if the model would have it so.
            inputs: `specification` and `context`.

        Returns:
            A prediction with `code` (the file's new text; None when the model blames something else, or
            when nothing usable was written), `plan`, `fault`, `executed` and `execution_result`.

        Raises:
            dspy.LMError: the model's server failed.
        """
        inputs |= {"current_code": self._form.shown, "form": self._form.told}
        best = Tried(reply=None)
        outside, refining = failures, bool(failures)
        for _hop in range(self.max_iters):
            tried = self._hop(interpreter, inputs, previous_code, failures, best)
            if optional and tried.unchanged:
                return prediction(tried.reply, None, tried, fault="other")
            if refining and tried.reply is not None and (fault := blamed(tried.reply, self._form)) != "code":
                return prediction(tried.reply, None, tried, fault=fault)
            refining = refining and tried.reply is None
            if tried.passed or (tried.code and not tried.ran):
                return prediction(tried.reply, tried.code, tried)
            best = tried if tried.code and (tried.imported or not best.imported) else best
            previous_code = shown_again(tried, previous_code)
            failures = f"{tried.told}\n\nBefore that:\n{outside}" if outside else tried.told
        return self._without_running(inputs, best, failures)

    def _hop(self, interpreter: Any, inputs: dict[str, str], previous_code: str, failures: str, best: Tried) -> Tried:
        write = self.code_generate
        if failures:
            write = self.code_regenerate
            inputs = inputs | {"previous_code": previous_code, "failures": failures}
            if previous_code and (self._form.whole or previous_code == self._form.shown):
                inputs["current_code"] = NEWER
        reply, problem = asked(write, **inputs)
        if reply is None:
            return Tried(reply=None, text=problem)
        if best.imported and best.code and not extract_code(reply.generated_code).strip():
            return self._run(interpreter, reply, best.code)
        try:
            code = self._form.apply(reply.generated_code)
        except EditError as error:
            return Tried(reply=reply, text=str(error), unchanged=isinstance(error, UnchangedError))
        return self._run(interpreter, reply, code)

    def _run(self, interpreter: Any, reply: Any, code: str) -> Tried:
        """Import the new file in a room, then run the model's check of it there."""
        path = self._form.spec.path
        self._bench.put(path, code)
        imported = checked = False
        try:
            with self._interpreter_context(interpreter) as room:
                room.execute(self._bench.importing(path))
                imported = True
                if names := self._form.undefined(code):
                    return Tried(reply, code, imported=True, text=UNDEFINED.format(names=", ".join(names)))
                checked = True
                printed = room.execute(self._parse_code(reply)[0]) if reply.check.strip() else None
            return Tried(
                reply, code, imported=True, checked=True, passed=True, text=cut(str(printed or ""), LONGEST_TOLD)
            )
        except (dspy.CodeInterpreterError, SandboxError, SyntaxError) as error:
            limit = advice(self._room.last if self._room else None)
            # A bare CodeInterpreterError means a dead room, CodeExecutionError an error of the code.
            own = isinstance(error, dspy.CodeExecutionError | SyntaxError) or bool(limit)
            told = cut_middle(limit or str(error), LONGEST_TOLD)
            return Tried(reply, code, imported=imported, checked=checked, text=told, ran=own)

    def _parse_code(self, code_data: Any) -> tuple[str, str | None]:
        """The check of a reply, whole (dspy's own cuts code at blank lines)."""
        return extract_code(code_data["check"]), None

    def _without_running(self, inputs: dict[str, str], best: Tried, failures: str) -> Any:
        """All hops are used up: the last code that could be imported, else one more try without a run."""
        if best.imported:
            return prediction(best.reply, best.code, best)
        reply, _problem = asked(self.generate_output, **inputs)
        try:
            if reply is not None:
                return prediction(reply, self._form.apply(reply.generated_code), Tried(reply, text=failures))
        except EditError:
            pass
        return prediction(best.reply, best.code, replace(best, text=failures))


def shown_again(tried: Tried, before: str) -> str:
    """The code that a next hop corrects: the reply's own without a fence, else the one before."""
    written = extract_code(getattr(tried.reply, "generated_code", ""))
    return written if written.strip() else before


def prediction(reply: Any, code: str | None, tried: Tried, fault: str = "code") -> Any:
    """What a CodeProgram gives back."""
    plan = getattr(reply, "reasoning", "") or ""
    return outcome(code, plan, fault=fault, executed=tried.imported, execution_result=tried.text)
