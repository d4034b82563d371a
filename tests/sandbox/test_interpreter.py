"""A model's program and its code, with DSPy's own modules and a model that says what it was told to."""

from collections.abc import Callable, Iterator

import dspy
import pytest
from dspy.utils.dummies import DummyLM

from sandbox.files import File
from sandbox.interpreter import RoomInterpreter, create_interpreter
from sandbox.room import MIB, Limits, Sandbox, SandboxError

SMALL = Limits(memory=160 * MIB, lifetime=120)


@pytest.fixture
def interpreter(sandbox: Sandbox) -> Iterator[RoomInterpreter]:
    with create_interpreter(opening(sandbox), seconds=30) as made:
        yield made


def opening(sandbox: Sandbox) -> Callable:
    return lambda: sandbox.open({"notes.txt": File(b"from the repository")}, limits=SMALL)


def test_it_is_what_dspy_asks_for(interpreter: RoomInterpreter) -> None:
    assert isinstance(interpreter, dspy.CodeInterpreter)
    assert interpreter.tools == {}


def test_it_prints_keeps_state_and_submits(interpreter: RoomInterpreter) -> None:
    assert interpreter.execute("x = open('notes.txt').read()") is None
    assert interpreter.execute("print(x)") == "from the repository\n"
    assert interpreter.execute("SUBMIT({'answer': 1})") == dspy.FinalOutput({"answer": 1})
    assert interpreter.execute("SUBMIT(answer=1)") == dspy.FinalOutput({"answer": 1})


def test_variables_are_data_and_never_code(interpreter: RoomInterpreter) -> None:
    hostile = '\'); import os; os._exit(1) #\n""" \\\' \u2028 \U0001f600'

    assert interpreter.execute(
        "SUBMIT([text, deep])", {"text": hostile, "deep": {"a": [None, 1.5]}}
    ) == dspy.FinalOutput([hostile, {"a": [None, 1.5]}])
    for name in ("SUBMIT", "class", "x; import os", "__builtins__"):
        with pytest.raises(dspy.CodeInterpreterError, match="names"):
            interpreter.execute("1", {name: 1})


def test_an_error_can_be_repaired(interpreter: RoomInterpreter) -> None:
    with pytest.raises(dspy.CodeExecutionError, match=r"(?s)ZeroDivisionError.*line 2.*Printed before:\nstep one"):
        interpreter.execute("print('step one')\n1 / 0")

    assert interpreter.execute("print('on')") == "on\n"


@pytest.mark.parametrize(
    ("code", "why", "seconds"),
    [
        ("while True: pass", "took too long", 1.5),
        ("x = bytearray(2**30)", "more memory", 30),
        ("while True: print('x' * 10**6)", "printed without end", 30),
        ("import os; os._exit(0)", "ended from within", 30),
    ],
    ids=["time", "memory", "output", "exit"],
)
def test_a_dead_room_is_replaced_once(sandbox: Sandbox, code: str, why: str, seconds: float) -> None:
    with create_interpreter(opening(sandbox), seconds=seconds) as interpreter:
        with pytest.raises(dspy.CodeExecutionError, match=why):
            interpreter.execute(code)
        assert interpreter.execute("print('fresh', 'x' in globals())") == "fresh False\n"

        with pytest.raises(dspy.CodeInterpreterError, match="died twice") as second:
            interpreter.execute(code)
        assert not isinstance(second.value, dspy.CodeExecutionError)
        with pytest.raises(dspy.CodeInterpreterError, match="shut down"):
            interpreter.execute("1")


def test_without_a_room_it_says_why() -> None:
    def refuse():
        raise SandboxError("no Docker engine answers")

    with pytest.raises(dspy.CodeInterpreterError, match="no Docker engine answers"):
        create_interpreter(refuse).execute("1")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_program_of_thought_repairs_its_code_and_answers(sandbox: Sandbox) -> None:
    model = DummyLM(
        [
            {"reasoning": "first", "generated_code": "```python\nSUBMIT({'answer': 6 * seven})\n```"},
            {"reasoning": "then", "generated_code": "```python\nSUBMIT({'answer': 6 * 7})\n```"},
            {"reasoning": "so", "answer": "42"},
        ]
    )
    program = dspy.ProgramOfThought(
        "question -> answer", interpreter_factory=lambda: create_interpreter(opening(sandbox))
    )

    with dspy.context(lm=model, adapter=dspy.ChatAdapter(), disable_history=False):  # whatever others configured
        assert program(question="six times seven?").answer == "42"
    assert "NameError: name 'seven' is not defined" in str(model.history[1]["messages"])
    assert "42" in str(model.history[2]["messages"])


@pytest.mark.filterwarnings("ignore")
def test_rlm_calls_tools_of_the_host_and_the_model(sandbox: Sandbox) -> None:
    def look_up(key: str) -> str:
        """The value of a key."""
        return f"value of {key}"

    model = DummyLM(
        [
            {
                "reasoning": "look",
                "code": "found = look_up('foo')\nprint(found, llm_query('short?'), question)",
            },
            {"response": "quite short"},
            {"reasoning": "done", "code": "SUBMIT(found)"},
        ]
    )
    program = dspy.RLM(
        "question -> answer",
        tools=[look_up],
        interpreter_factory=lambda: create_interpreter(opening(sandbox)),
    )

    with dspy.context(lm=model, adapter=dspy.ChatAdapter(), disable_history=False):  # whatever others configured
        said = program(question="foo?")

    assert said.answer == "value of foo"
    assert "quite short" in said.trajectory[0]["output"]
    assert "foo?" in said.trajectory[0]["output"]
