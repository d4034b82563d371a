"""Plan practice: what the planner saw is kept, so that only the plan itself is made anew each time.

An optimizer changes the program that makes the plan, and not how the planner looks around. So each plan of an exercise
follows from the same steps: what is measured is the program, and it costs one call instead of seven.
"""

from typing import Any

from bot.programs.plan_check import Refused
from bot.programs.planner import furnished, settled
from bot.programs.toolbox import Toolbox
from bot.words.plan import Plan
from bot.words.task import Task


def looked_around(task: Task, toolbox: Toolbox) -> dict[str, Any]:
    """What the planner does and sees before it plans, in dspy's form. Call it inside of a session.

    Raises:
        dspy.LMError: the model's server failed.
        SandboxError: no room could be had.
    """
    planner, inputs = furnished(task, toolbox)
    with toolbox:
        return planner.look(**inputs)


def plan_after(task: Task, toolbox: Toolbox, trajectory: dict[str, Any], refused: Refused) -> Plan:
    """The plan that follows from what was seen, by the production path. Call it inside of a session.

    Raises:
        Refusal: there is no plan that may be carried out.
        dspy.LMError, dspy.AdapterParseError: the model failed.
    """
    planner, inputs = furnished(task, toolbox)
    with toolbox:
        return settled(planner, planner.conclude(dict(trajectory), **inputs), inputs, toolbox, refused)
