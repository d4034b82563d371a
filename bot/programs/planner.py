"""The planner: ReAct with tools, giving a Plan that can be worked with."""

import json
from typing import Any

import dspy

from bot.decisions.editing.text_files import is_documentation
from bot.errors import Refusal
from bot.programs.compiled import get_compiled_generator
from bot.programs.engine import CUT_OFF
from bot.programs.failures import told_plainly
from bot.programs.ledger import PROMPT, note
from bot.programs.plan_check import Refused, UnusablePlanError, plan_from
from bot.programs.replies import problem_of
from bot.programs.signatures import REASONING, ModulePlanner
from bot.programs.tool_call import arguments_of, described, parameters_of, tool_name
from bot.programs.toolbox import Toolbox
from bot.programs.tools.answer import LONGEST, cut
from bot.programs.trajectory import KEYS, numbers_of, told
from bot.programs.view import view_of
from bot.words.plan import Plan
from bot.words.task import Task

STEPS = 6
FINISH = "finish"
MOST_MALFORMED = 2
#: Observations that the next step sees in full.
NEWEST = 2
GIVEN = "This is where the issue's words, and its traceback if it has one, lead; nobody has judged it yet."
NOTHING = "If nothing should be changed, leave modules empty again and say why in summary."
UNCHANGED = (
    "The model was asked twice and would change nothing: {}. If you see it otherwise, say so in the issue, with an "
    "input, what comes out and what should, and ask again."
)
LONGEST_WHY = 400
MALFORMED = "Your reply was too long and was cut off."
#: Whether an issue tells of a fault is for the model to see: a guess by its words was wrong both ways.
HOW = """
Look before you plan: each turn choose one tool, or finish when you know enough.
If the issue tells of a fault, show that first by reproduce, if you can; a wish needs no reproduction. Tools:
{tools}
finish()"""


class Planner(dspy.ReAct):  # type: ignore[misc]  # dspy is untyped
    """`dspy.ReAct` that survives malformed steps and long observations (dspy 3.4.1 dies of the former)."""

    def __init__(
        self,
        toolbox: Toolbox,
        steps: int = STEPS,
        given: str = "",
        reminder: str = "",
        space: int = PROMPT,
    ) -> None:
        super().__init__(ModulePlanner, tools=list(toolbox.tools), max_iters=steps)
        self._toolbox, self._given, self._reminder, self._space = toolbox, given, reminder, space
        self._newest, self._issue = NEWEST, ""
        tools = "\n".join(described(tool) for tool in toolbox.tools)
        step = dspy.Signature(dict(ModulePlanner.input_fields), ModulePlanner.instructions + HOW.format(tools=tools))
        step = step.append("trajectory", dspy.InputField(desc="your steps so far"), type_=str)
        step = step.append("next_thought", dspy.OutputField(desc="one sentence", default=""), type_=str)
        step = step.append("next_tool_name", dspy.OutputField(desc="a tool, or finish", default=FINISH), type_=str)
        args = dspy.OutputField(desc='JSON object, as {"path": "a.py"}', default_factory=dict)
        step = step.append("next_tool_args", args, type_=dict)
        self.react = dspy.Predict(step)
        self.extract = get_compiled_generator(planning_program(), "plan")

    def forward(self, **inputs: str) -> Any:
        """Look around, then plan. The prediction has the signature's outputs and the `trajectory`."""
        return self.conclude(self.look(**inputs), **inputs)

    def look(self, **inputs: str) -> dict[str, Any]:
        """Look around. Gives what was done and seen, in dspy's form."""
        trajectory: dict[str, Any] = {}
        self._issue = inputs["issue"]
        if self._given:
            self.enter(trajectory, GIVEN, "", {}, self._given, len(self._given))
        malformed = 0
        for number in range(self.max_iters):
            if number:
                inputs["repository"] = self._reminder or inputs["repository"]
            try:
                step = self._call_with_potential_trajectory_truncation(self.react, trajectory, **inputs)
            except dspy.ContextWindowExceededError:
                break
            except (dspy.AdapterParseError, dspy.LMProviderError) as error:
                malformed += 1
                if not repairable(error) or malformed > MOST_MALFORMED:
                    break
                self.enter(trajectory, "", "", {}, problem_of(error, MALFORMED))
                continue
            name, args = self._asked(step)
            if name in (FINISH, ""):
                break
            self.enter(trajectory, step.next_thought, name, args, self._observe(trajectory, name, args))
        return trajectory

    def _asked(self, step: Any) -> tuple[str, dict[str, Any]]:
        """The tool and its arguments, which small models also write as one call ("read_file('a.py')")."""
        name = tool_name(step.next_tool_name)
        known = {tool.__name__: parameters_of(tool) for tool in self._toolbox.tools}
        return name, step.next_tool_args or arguments_of(step.next_tool_name, known.get(name, []))

    def conclude(self, trajectory: dict[str, Any], **inputs: str) -> Any:
        """Ask for the plan itself, with all that was seen; once more where the reply was malformed or cut off."""
        self._newest, self._issue = self.max_iters + 2, inputs["issue"]
        inputs["repository"] = self._reminder or inputs["repository"]
        try:
            final = self._call_with_potential_trajectory_truncation(self.extract, trajectory, **inputs)
        except (dspy.AdapterParseError, dspy.LMProviderError) as error:
            if not repairable(error):
                raise
            self.enter(trajectory, "", "", {}, problem_of(error, MALFORMED))
            final = self._call_with_potential_trajectory_truncation(self.extract, trajectory, **inputs)
        return dspy.Prediction(trajectory=trajectory, **final)

    def _observe(self, trajectory: dict[str, Any], name: str, args: dict[str, Any]) -> str:
        asked = (name, json.dumps(args, sort_keys=True, default=str))
        for number in numbers_of(trajectory)[-NEWEST:]:
            if asked == (trajectory[f"tool_name_{number}"], trajectory[f"tool_args_{number}"]):
                return "You did this before; the answer stands above. Do something else or finish."
        answer = self._toolbox.use(name, args)
        note({"kind": "tool", "tool": name, "arguments": asked[1], "answer": answer})
        return answer

    def enter(
        self, trajectory: dict[str, Any], thought: str, name: str, args: Any, seen: str, longest: int = LONGEST
    ) -> None:
        """Add a step with its observation to a trajectory."""
        number = int((numbers_of(trajectory) or ["-1"])[-1]) + 1
        trajectory[f"thought_{number}"] = thought
        trajectory[f"tool_name_{number}"] = name
        trajectory[f"tool_args_{number}"] = json.dumps(args, sort_keys=True, default=str)
        trajectory[f"observation_{number}"] = cut(seen, longest)

    def _format_trajectory(self, trajectory: dict[str, Any]) -> str:
        return told(trajectory, self._space, self._newest, self._issue)

    def truncate_trajectory(self, trajectory: dict[str, Any]) -> dict[str, Any]:
        """Take away the oldest step where a prompt was too long all the same, even the last one there is."""
        if not trajectory:
            raise dspy.ContextWindowExceededError(message="Not even the issue fits into the window.")
        for key in list(trajectory)[:KEYS]:
            del trajectory[key]
        return trajectory


def planning_program() -> Any:
    """The program that makes the plan itself, once the planner has looked around."""
    final = ModulePlanner.append("trajectory", dspy.InputField(desc="what you looked at"), type_=str)
    return dspy.ChainOfThought(final, rationale_field=dspy.OutputField(desc=REASONING, default=""))


def repairable(error: Exception) -> bool:
    """Whether the model may do better when told: a malformed reply or one that was cut off."""
    return isinstance(error, dspy.AdapterParseError) or getattr(error, "provider_code", "") == CUT_OFF


def make_plan(task: Task, toolbox: Toolbox, *, refused: Refused = lambda _paths: [], steps: int = STEPS) -> Plan:
    """Plan what to do about a task. Call it inside of a session.

    Args:
        task: the issue, and for a refinement the request.
        toolbox: tools over the snapshot; its room is closed at the end.
        refused: of some paths those that may not be changed, each as "path: why".
        steps: how often the planner may use a tool.

    Raises:
        Refusal: there is no plan that may be carried out; tells why.
        ModelError: the model failed.
        BudgetSpent, Cancelled: from the session.
    """
    planner, inputs = furnished(task, toolbox, steps)
    with toolbox, told_plainly("plan the change"):
        return settled(planner, planner(**inputs), inputs, toolbox, refused)


def furnished(task: Task, toolbox: Toolbox, steps: int = STEPS) -> tuple[Planner, dict[str, str]]:
    """A planner for a task, and its inputs."""
    view = view_of(task, toolbox)
    planner = Planner(toolbox, steps, view.code, view.reminder, view.space)
    return planner, {"issue": view.issue, "repository": view.repository}


def settled(planner: Planner, drafted: Any, inputs: dict[str, str], toolbox: Toolbox, refused: Refused) -> Plan:
    """The plan of a draft; where it can't be used the model is told why, once. Raises Refusal."""
    try:
        return checked(drafted, toolbox, refused)
    except UnusablePlanError as reason:
        again = "Mend that and plan again." if drafted.modules else NOTHING
        problem = f"This plan can't be used. {reason} {again}"
        planner.enter(drafted.trajectory, drafted.summary, "plan", paths_of(drafted), problem)
        drafted = planner.conclude(drafted.trajectory, **inputs)
    try:
        return checked(drafted, toolbox, refused)
    except UnusablePlanError as reason:
        why = "" if drafted.modules else drafted.summary.strip()[:LONGEST_WHY]
        told = reason.plainly or f"No usable plan was found. {reason}"
        raise Refusal(UNCHANGED.format(why.rstrip(".")) if why else told) from reason


def paths_of(drafted: Any) -> list[str]:
    """The paths of a draft."""
    return [module.path for module in drafted.modules]


def checked(drafted: Any, toolbox: Toolbox, refused: Refused) -> Plan:
    """The plan of a draft. Raises UnusablePlanError."""
    tests = drafted.changed_tests or ()
    plan = plan_from(drafted.summary, drafted.modules, drafted.test_strategy, toolbox.files, refused, tests)
    if toolbox.reproduction and all(is_documentation(spec.path, toolbox.files) for spec in plan.modules):
        raise UnusablePlanError("A test of yours fails today, and documentation alone mends no fault.")
    return plan
