"""Scripts: how CodeAct asks for them, and what can be said of one without running it."""

from collections.abc import Callable
from typing import Any

import dspy

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.parsing import syntax_tree
from bot.programs.signatures import REASONING
from bot.programs.strategies import room_functions
from bot.programs.strategies.written import called
from bot.programs.tool_call import described

FUNCTIONS: tuple[Callable[..., Any], ...] = (
    room_functions.read,
    room_functions.search,
    room_functions.edit,
    room_functions.run,
    room_functions.run_tests,
    room_functions.finish,
)
NAMES = frozenset(function.__name__ for function in FUNCTIONS) | {"SUBMIT"}
HOW = """
Work in steps: each time write a short Python script. It runs in the repository's folder, and you see what it
prints. It has these functions:
{functions}
When the file is changed and a check passed (run with assert, or run_tests), the work is done: put all edits and
their check into one script, as in
edit(r'''    return a
''', r'''    return a + 1
''')
run(r'''from pkg.mod import f
assert f(1) == 2''')"""


def step_of(signature: Any) -> Any:
    """The signature of one step: the guide's own, with the functions told and a place for the steps so far."""
    step = signature.with_instructions(
        signature.instructions + HOW.format(functions="\n".join(described(function) for function in FUNCTIONS))
    )
    if "previous_code" in step.input_fields:
        step = step.delete("previous_code")
    step = step.append("steps", dspy.InputField(desc="what you did so far"), type_=str)
    step = step.with_updated_fields("current_code", desc="the file as it is now")
    step = step.with_updated_fields("generated_code", desc="the script", default="")
    return step.prepend("reasoning", dspy.OutputField(desc=REASONING, default=""), type_=str)


def checks(script: str) -> bool:
    """Whether a script that ran through has checked something: then there is nothing left to ask."""
    try:
        names = called(syntax_tree(script))
    except UNPARSABLE:
        return False
    return "run_tests" in names or ("run" in names and "assert" in script)
