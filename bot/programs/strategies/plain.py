"""Plain generation: the code of a file without a run, for when no room can be had or every step was in vain."""

from typing import Any

import dspy

from bot.decisions.editing.edits import EditError, UnchangedError
from bot.programs.form import Form
from bot.programs.signatures import REASONING, CodeRefinementSignature, PythonCodeGenerator
from bot.programs.strategies.asking import asked, blamed
from bot.programs.strategies.outcome import outcome

TRIES = 2
SHOWN = "see current_code"


class PlainGeneration(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """`dspy.ChainOfThought` writes the code in the form for its file; a slip in form is mended once.

    Args:
        form: the file and the form of its code.
    """

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self.write, self.correct = (
            dspy.ChainOfThought(signature, rationale_field=dspy.OutputField(desc=REASONING, default=""))
            for signature in (PythonCodeGenerator, CodeRefinementSignature)
        )

    def forward(self, *, failures: str = "", optional: bool = False, blame: bool = True, **inputs: str) -> Any:
        """Write, or correct where something failed.

        Args:
            failures: what went wrong; "" when nothing did yet.
            optional: whether the file may stay as it is.
            blame: whether the failures may be somebody else's fault.
            inputs: `specification` and `context`.

        Returns:
            An outcome; its code is None when the model blames something else, or wrote nothing usable.

        Raises:
            dspy.LMError: the model's server failed.
        """
        told, before = failures, failures
        inputs = {**inputs, "current_code": self._form.shown, "form": self._form.told}
        plan, blame = "", blame and bool(failures)
        for _try in range(TRIES):
            again = {"previous_code": SHOWN, "failures": told} if told else {}
            reply, problem = asked(self.correct if told else self.write, **inputs, **again)
            if reply is not None:
                plan = reply.reasoning
                if blame and (fault := blamed(reply, self._form)) != "code":
                    return outcome(None, plan, fault=fault)
                try:
                    return outcome(self._form.apply(reply.generated_code), plan, execution_result=failures)
                except EditError as error:
                    problem = str(error)
                    if optional and isinstance(error, UnchangedError):
                        return outcome(None, plan, fault="other")
                blame = False
            told = f"{problem}\n\nBefore that:\n{before}" if before else problem
        return outcome(None, plan, execution_result=told)
