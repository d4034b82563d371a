"""Outcome: what every strategy gives back, whichever it is."""

from typing import Any

import dspy


def outcome(
    code: str | None, plan: str = "", *, fault: str = "code", executed: bool = False, execution_result: str = ""
) -> Any:
    """A prediction for `ProductionCodeGenerator`.

    Args:
        code: the file's whole new text; None when nothing usable was written, or when the model blames something
            else than this file.
        plan: how the model went about it, in its own words.
        fault: "code", or what the model blames instead: "tests", "other".
        executed: whether a room could import the file.
        execution_result: what was printed then, or what went wrong.
    """
    return dspy.Prediction(code=code, plan=plan, fault=fault, executed=executed, execution_result=execution_result)
