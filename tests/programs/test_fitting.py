"""No prompt is longer than it may be, and the code that is to be changed is never what is cut."""

import dspy
import pytest

from bot.programs.engine import size_in_tokens
from bot.programs.fitting import LEAST, fitted
from bot.programs.ledger import PROMPT
from bot.programs.model import Model
from bot.programs.planner import Planner, make_plan
from bot.programs.signatures import CodeRefinementSignature, ModulePlanner
from bot.programs.toolbox import Toolbox
from bot.words.task import Task
from tests.programs.fake_ollama import said
from tests.programs.world import DownSandbox, snapshot, snapshot_of

CODE = "".join(f"def function_{number}():\n    return {number}\n" for number in range(220))
FIELDS = ("specification", "context", "current_code", "previous_code", "failures", "form")


def sizes(talked) -> list[int]:
    return [sum(len(message["content"]) for message in body["messages"]) for body in talked.ollama.bodies]


def correct(**inputs: str) -> None:
    dspy.Predict(CodeRefinementSignature)(**{**dict.fromkeys(FIELDS, "x"), **inputs})


def test_the_longest_texts_are_cut_and_the_code_stays(talk) -> None:
    talked = talk(said(generated_code="x = 1"))
    long = {name: f"{name} begins\n" + "word " * 8000 + f"\n{name} ends" for name in ("specification", "failures")}
    correct(current_code=CODE, previous_code=CODE, **long)
    [size], [prompt] = sizes(talked), talked.ollama.prompts()
    assert PROMPT - 200 < size <= PROMPT
    assert prompt.count(CODE.strip()) == 2
    for name in long:
        assert f"{name} begins" in prompt
        assert f"{name} ends" in prompt


def test_what_a_model_wrote_before_is_cut_last(talk) -> None:
    talked = talk(said(generated_code="x = 1"))
    correct(current_code=CODE, previous_code="y = 2\n" * 4000, failures="f" * 9000)
    assert sizes(talked)[0] <= PROMPT
    assert CODE.strip() in talked.ollama.prompts()[0]
    assert "f" * (LEAST // 3) in talked.ollama.prompts()[0]


def test_a_prompt_that_fits_is_left_as_it_is(talk) -> None:
    talked = talk(said(generated_code="x = 1"))
    correct(current_code=CODE, failures="f" * 5000)
    assert "characters left out" not in talked.ollama.prompts()[0]


def test_the_second_try_with_json_is_held_to_it_too(talk) -> None:
    good = '{"summary": "s", "modules": [{"path": "a.py"}], "test_strategy": "t"}'
    talked = talk("chatter", good)
    dspy.Predict(ModulePlanner)(issue="i " * 9000, repository="r " * 9000)
    assert len(sizes(talked)) == 2
    assert all(size <= PROMPT for size in sizes(talked))


@pytest.mark.parametrize(("window", "limit"), [(8192, 12_050), (16_384, PROMPT), (32_768, 28_672)])
def test_only_a_larger_window_allows_longer_prompts(talk, window, limit) -> None:
    talked = talk(said(generated_code="x = 1"), window=window)
    correct(failures="word " * 20_000)
    assert limit - 400 < sizes(talked)[0] <= limit
    assert size_in_tokens(talked.ollama.bodies[0]["messages"]) + Model().reply_tokens <= window


def test_a_script_of_more_bytes_than_characters_fits_as_well(talk) -> None:
    talked = talk(said(generated_code="x = 1"))
    correct(failures="что пошло не так " * 2000)
    assert len(talked.ollama.bodies) == 1
    assert "characters left out" in talked.ollama.prompts()[0]


def test_what_does_not_fit_and_can_not_be_spared_is_never_sent(talk) -> None:
    talked = talk(said(generated_code="x = 1"))
    with pytest.raises(dspy.ContextWindowExceededError):
        correct(current_code=CODE * 6)
    assert talked.ollama.bodies == []


def test_a_planner_that_looks_at_everything_is_held_to_it(talk) -> None:
    files = {f"pkg/part_{number}.py": CODE for number in range(40)}
    steps = [
        said(
            next_thought="t " * 400,
            next_tool_name="read_file",
            next_tool_args={"path": f"pkg/part_{n}.py", "last_line": 400},
        )
        for n in range(6)
    ]
    talked = talk(*steps, said(summary="s", modules=[{"path": "pkg/part_0.py"}], test_strategy="t"))
    task = Task(number=1, title="part_1", body="function_1 is wrong " * 900, remarks=("remark " * 300,) * 9)
    make_plan(task, Toolbox(snapshot_of(files), DownSandbox()))
    assert len(sizes(talked)) == 7
    assert max(sizes(talked)) <= PROMPT


def test_even_a_planner_without_a_view_is_held_to_it(talk) -> None:
    talked = talk(said(next_tool_name="finish"), said(summary="s", modules=[{"path": "a.py"}], test_strategy="t"))
    Planner(Toolbox(snapshot(), DownSandbox()), space=10**6)(issue="i " * 40_000, repository="r " * 40_000)
    assert max(sizes(talked)) <= PROMPT


def test_more_than_can_be_spared_is_not_taken() -> None:
    inputs = {"current_code": "c" * 50_000, "form": "f" * 900, "issue": "i" * 2000, "previous_code": "p" * 2000}
    left = fitted(inputs, 60_000)
    assert (left["current_code"], left["form"]) == (inputs["current_code"], inputs["form"])
    assert len(left["issue"]) <= LEAST
    assert len(left["previous_code"]) <= LEAST
    assert fitted({}, 10) == {}
