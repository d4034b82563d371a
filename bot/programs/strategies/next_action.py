"""NextAction: how RLM asks for its next script: a short prompt of bounded length instead of dspy's own."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import dspy

from bot.decisions.code.source import extract_code
from bot.decisions.editing.edits import EditError
from bot.programs.form import Form
from bot.programs.signatures import REASONING, CodeRefinementSignature, PythonCodeGenerator
from bot.programs.strategies import room_functions
from bot.programs.strategies.asking import asked
from bot.programs.strategies.steps import Steps, fitted, fitting
from bot.programs.strategies.written import as_file
from bot.programs.tool_call import described

FUNCTIONS: tuple[Callable[..., Any], ...] = (
    room_functions.read,
    room_functions.search,
    room_functions.replaced,
    room_functions.check,
    room_functions.run_tests,
)
NAMES = frozenset(function.__name__ for function in FUNCTIONS) | {"SUBMIT", "llm_query", "llm_query_batched"}
HOW = """
Work in steps: each time write a short Python script. It runs in the repository's folder, you see what it prints, and
its variables live on. {names} are variables already, current_code is the whole file. It has these functions:
{functions}
llm_query(prompt): What a language model says, which sees nothing but the prompt.
SUBMIT(code, plan): The end: the file's whole new text, and how you went about it.
Put the change, its check and SUBMIT into one script, which an error ends before SUBMIT, as in
code = replaced(current_code, r'''    return a
''', r'''    return a + 1
''')
check(code, r'''from pkg.mod import f
assert f(1) == 2''')
SUBMIT(code, "f gives one more")"""
RIGHT = """
If this file is right and something else is wrong: SUBMIT("", "tests: why") or SUBMIT("", "other: why")."""
FORM = "A Python script that ends with SUBMIT for {path}, or that looks around."
PARTS = " Only parts of the file are shown, each below a # line that is not in it; your script has all of it."


class NextAction(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """Takes the place of `dspy.RLM.generate_action`.

    Args:
        form: the file and the form of its code.
    """

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self.act = dspy.Predict(action_of(PythonCodeGenerator))
        self.correct = dspy.Predict(action_of(CodeRefinementSignature))
        self.begin({})

    def begin(self, given: Mapping[str, str]) -> None:
        """Start anew with these inputs."""
        self._given, self._scripts, self.steps = dict(given), list[str](), Steps()

    def forward(self, *, repl_history: Iterable[Any] = (), **_: Any) -> Any:
        """The next script, from dspy's history of those before; a reply that can't be used becomes one, too."""
        self.remember(repl_history)
        failures = self._given["failures"]
        reply, problem = asked(self.correct if failures else self.act, **self._prompt(failures))
        script = extract_code(reply.generated_code) if reply is not None else ""
        self._scripts.append(script)
        if problem or not script:
            return action("", f"print({problem or 'You wrote no script.'!r})")
        try:
            text = as_file(self._form.source, reply.generated_code, NAMES)
        except EditError as error:
            return action(reply.reasoning, f"print({str(error)!r})")
        return action(reply.reasoning, script if text is None else f"SUBMIT({text!r}, {reply.reasoning!r})")

    def remember(self, repl_history: Iterable[Any]) -> None:
        """Take over what dspy saw of the scripts so far."""
        self.steps = Steps()
        for script, entry in zip(self._scripts, repl_history, strict=False):
            self.steps.enter(entry.reasoning, script, entry.output)

    def _prompt(self, failures: str) -> dict[str, str]:
        form = fitting(self._form)
        inputs = {
            "specification": self._given["specification"],
            "context": self._given["context"],
            "current_code": form.shown,
            "form": FORM.format(path=form.spec.path) + ("" if form.whole else PARTS),
        }
        inputs = fitted(inputs | ({"failures": failures} if failures else {}))
        return inputs | {"steps": self.steps.told_beside(inputs)}


def action(reasoning: str, code: str) -> Any:
    """A prediction as RLM takes it, which cuts code at a fence: one inside of the code is spelled otherwise."""
    safe = f"exec({code!r})".replace("```", "\\x60\\x60\\x60") if "```" in code else code
    return dspy.Prediction(reasoning=reasoning, code=safe)


def action_of(signature: Any) -> Any:
    """The signature of one step: the guide's own, with the room told and a place for the steps so far."""
    refining = "failures" in signature.input_fields
    names = "specification, context, failures" if refining else "specification, context"
    functions = "\n".join(described(function) for function in FUNCTIONS)
    how = HOW.format(names=f"{names} and current_code", functions=functions) + (RIGHT if refining else "")
    step = signature.with_instructions(signature.instructions + how)
    for name in ("previous_code", "fault"):
        step = step.delete(name)
    step = step.append("steps", dspy.InputField(desc="what you did so far"), type_=str)
    step = step.with_updated_fields("current_code", desc="the file as it is")
    step = step.with_updated_fields("generated_code", desc="the script", default="")
    return step.prepend("reasoning", dspy.OutputField(desc=REASONING, default=""), type_=str)
