"""What our programs add to every prompt by themselves: small, since the window of a local model is."""

import dspy
import pytest

from bot.programs.adapter import SectionAdapter
from bot.programs.form import Form
from bot.programs.planner import Planner
from bot.programs.strategies.code_act import ActingProgram
from bot.programs.strategies.program_of_thought import CodeProgram
from bot.programs.strategies.recursive import RecursiveProgram
from bot.programs.test_writer import TestWriter
from bot.programs.toolbox import Toolbox
from bot.programs.workbench import Workbench
from bot.words.plan import ModuleSpec
from tests.programs.world import DownSandbox, snapshot

LIMIT = 2500
TAKEN = {"config", "demos", "lm", "signature", "copy", "items", "keys", "get", "toDict", "completions", "fields"}


def predictors() -> dict[str, dspy.Predict]:
    planner = Planner(Toolbox(snapshot(), DownSandbox()))
    form = Form(ModuleSpec(path="a.py", purpose="p"), None, 1000)
    bench = Workbench({}, DownSandbox())
    code, acting, recursive = CodeProgram(bench, form), ActingProgram(bench, form), RecursiveProgram(bench, form)
    return {
        "look": planner.react,
        "plan": planner.extract.predict,
        "write": code.code_generate.predict,
        "correct": code.code_regenerate.predict,
        "write without a run": code.generate_output.predict,
        "act": acting.codeact,
        "act to correct": acting.correct,
        "act without a room": acting.extractor.write.predict,
        "act without a room to correct": acting.extractor.correct.predict,
        "recurse": recursive.rlm.generate_action.act,
        "recurse to correct": recursive.rlm.generate_action.correct,
        "tests": TestWriter().write.predict,
    }


@pytest.mark.parametrize("name", predictors())
def test_the_fixed_part_of_a_prompt_is_short(name) -> None:
    signature = predictors()[name].signature
    messages = SectionAdapter().format(signature, [], dict.fromkeys(signature.input_fields, ""))
    size = sum(len(message["content"]) for message in messages)
    assert size < LIMIT, f"{name}: {size} characters"


@pytest.mark.parametrize("name", predictors())
def test_no_field_has_a_name_that_dspy_swallows(name) -> None:
    signature = predictors()[name].signature
    assert not TAKEN & {*signature.input_fields, *signature.output_fields}


@pytest.mark.parametrize("name", predictors())
def test_text_from_outside_is_never_in_the_instruction(name) -> None:
    signature = predictors()[name].signature
    inputs = {field: f"<<{field} from outside>>" for field in signature.input_fields}
    system, user = SectionAdapter().format(signature, [], inputs)
    assert "from outside" not in system["content"]
    assert all(text in user["content"] for text in inputs.values())
