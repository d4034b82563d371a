"""Every part of the DSPy guide is at work in one real job: `intern solve`, a scripted model behind HTTP, real rooms.

The trajectory names for each call the programs that made it, from the outermost on. Whoever goes past a part of the
guide, here or in the story above it, changes what is in there.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dspy
import pytest

from bot.programs.code_generator import ProductionCodeGenerator
from bot.programs.form import Form
from bot.programs.planner import Planner
from bot.programs.refine import ProofRefine
from bot.programs.signatures import (
    CodeRefinementSignature,
    ModulePlanner,
    PythonCodeGenerator,
    TestGeneratorSignature,
)
from bot.programs.strategies.choice import STRATEGIES, strategy_for
from bot.programs.strategies.code_act import ActingProgram
from bot.programs.strategies.program_of_thought import CodeProgram
from bot.programs.strategies.recursive import RecursiveProgram
from bot.programs.workbench import Workbench
from bot.standins.replayed_model import ReplayedModel, Reply
from bot.words.generated import GeneratedCode
from bot.words.plan import ModuleSpec
from tests.command_line import Ran, environment, intern
from tests.journeys.script import sections
from tests.programs.world import TASK, snapshot
from tests.rooms import light_sandbox

FIRST = "edit('    number, unit =', '    if text == \"1h30m\":\\n        return 5400\\n    number, unit =')\nfinish()\n"
SECOND = """\
edit(r'''    if text == "1h30m":
        return 5400
    number, unit = text[:-1], text[-1:]''', r'''    if text[:-1].count("h") == 1:
        hours, _, rest = text.partition("h")
        return parse_duration(hours + "h") + parse_duration(rest)
    number, unit = text[:-1], text[-1:]''')
run("from tempo.durations import parse_duration as p\\nassert (p('1h30m'), p('2h5s')) == (5400, 7205)")
"""
DAYS = '"""Days."""\n\n\ndef days(seconds: int) -> int:\n    """Whole days."""\n    return seconds // 86400\n'
TESTS = """\
import pytest

from tempo.days import days
from tempo.durations import parse_duration


@pytest.mark.parametrize(("text", "seconds"), [("1h30m", 5400), ("2h5s", 7205), ("10h1m", 36060)])
def test_parts_are_added_up(text, seconds):
    assert parse_duration(text) == seconds


def test_days():
    assert (days(86399), days(86400), days(200000)) == (0, 1, 2)
"""
PLAN = [
    {"path": "tempo/durations.py", "purpose": "Add the parts up.", "definitions": ["parse_duration"]},
    {"path": "tempo/days.py", "purpose": "days(seconds) gives whole days.", "definitions": ["days"]},
]
WRITES, CORRECTS = "Write the Python code of one file", "Correct the previous code of one file"


def looks(tool: str, **arguments: str) -> Reply:
    text = sections(next_thought="Look.", next_tool_name=tool, next_tool_args=json.dumps(arguments))
    return Reply(text, when=("next_tool_name",))


def code(text: str, *when: str) -> Reply:
    return Reply(sections(reasoning="So.", fault="code", generated_code=text, check=""), when=when, times=0)


SCRIPT = [
    looks("analyze_code", path="tempo/durations.py"),
    looks("run_tests", selection="tests"),
    looks("fetch_documentation", name="json.dumps"),
    looks("finish"),
    Reply(
        sections(reasoning="r", summary="Add up.", modules=json.dumps(PLAN), test_strategy="1h30m is 5400."),
        when=("test_strategy",),
        times=0,
    ),
    code(FIRST, WRITES, "File: tempo/durations.py"),
    code(DAYS, WRITES, "File: tempo/days.py"),
    code(SECOND, CORRECTS, "File: tempo/durations.py"),
    code(DAYS, CORRECTS, "File: tempo/days.py"),
    Reply(sections(reasoning="r", tests=TESTS), when=("Write pytest tests for the change",), times=0),
]


@dataclass(frozen=True)
class Job:
    """What one job left."""

    ran: Ran
    prompts: list[str]
    evidence: dict
    trajectory: list[dict]

    @property
    def programs(self) -> list[list[str]]:
        """The programs of each call of the model."""
        return [line["program"].split(".") for line in self.trajectory if line["kind"] == "model"]

    def of(self, kind: str) -> list[dict]:
        return [line for line in self.trajectory if line["kind"] == kind]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """One job, from the command line to its results."""
    desk = tmp_path_factory.mktemp("guide")
    sample = Path(__file__).parents[2] / "bot/demo/repository"
    for file in sample.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            to = desk / "tempo" / file.relative_to(sample)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(file.read_bytes())
    (desk / "issue.md").write_text("# `1h30m` is refused\n\nIt should be 5400 seconds. And count days.\n")
    arguments = ("--repo", desk / "tempo", "--issue", desk / "issue.md", "--out", desk / "out")
    with ReplayedModel(SCRIPT) as model:
        chosen = {"INTERN_MODEL": "ollama_chat/replayed", "OLLAMA_BASE_URL": model.url, "INTERN_ATTEMPTS": "2"}
        chosen["INTERN_SANDBOX"] = light_sandbox()
        ran = intern("solve", *arguments, settings=chosen)
        asked = [str(body["messages"]) for body in model.requests]
    lines = (desk / "out/trajectory.jsonl").read_text().splitlines()
    return Job(ran, asked, json.loads((desk / "out/evidence.json").read_text()), [json.loads(line) for line in lines])


pytestmark = pytest.mark.rooms


def test_the_job_is_proven_at_its_second_attempt(job) -> None:
    assert job.ran.code == 0, job.ran.err
    assert job.evidence["proven"]
    assert len(job.evidence["attempts"]) == 2


@pytest.mark.parametrize(
    ("ours", "theirs", "chain"),
    [
        (Planner, dspy.ReAct, ["Planner"]),
        (ProofRefine, dspy.Refine, ["ProofRefine"]),
        (ActingProgram, dspy.CodeAct, ["ProofRefine", "ProductionCodeGenerator", "ActingProgram"]),
        (CodeProgram, dspy.ProgramOfThought, ["ProofRefine", "ProductionCodeGenerator", "CodeProgram"]),
        (ProductionCodeGenerator, dspy.Module, ["ProofRefine", "ProductionCodeGenerator"]),
    ],
)
def test_a_program_of_the_guide_asked_the_model(job, ours, theirs, chain) -> None:
    assert issubclass(ours, theirs)
    assert any(set(chain) <= set(programs) for programs in job.programs), job.programs


def test_tests_and_new_code_are_written_by_chain_of_thought(job) -> None:
    assert any({"TestWriter", "ChainOfThought"} <= set(programs) for programs in job.programs), job.programs
    assert any({"CodeProgram", "ChainOfThought"} <= set(programs) for programs in job.programs)


def test_refine_goes_on_from_the_evidence(job) -> None:
    [again] = [prompt for prompt in job.prompts if CORRECTS in prompt and "File: tempo/durations.py" in prompt]
    assert "2h5s" in again.split("[[ ## failures ## ]]")[-1]


@pytest.mark.parametrize(
    "signature", [ModulePlanner, PythonCodeGenerator, TestGeneratorSignature, CodeRefinementSignature]
)
def test_each_of_the_four_signatures_instructed_the_model(job, signature) -> None:
    first = signature.instructions.split("\n")[0]
    assert any(first in prompt for prompt in job.prompts)
    asked = [name for name in signature.input_fields if name not in ("previous_code", "form")]
    assert any(all(f"[[ ## {name} ## ]]" in prompt for name in asked) for prompt in job.prompts if first in prompt)


@pytest.mark.parametrize(
    ("tool", "answer"),
    [
        ("analyze_code", "parse_duration(text: str) -> int"),
        ("run_tests", "passed; the run finished"),
        ("fetch_documentation", "Serialize ``obj`` to a JSON formatted"),
    ],
)
def test_each_of_the_three_tools_was_used_and_its_answer_seen(job, tool, answer) -> None:
    [used] = [line for line in job.of("tool") if line["tool"] == tool]
    assert answer in used["answer"]
    assert any(answer in prompt for prompt in job.prompts)


def test_the_generator_says_plan_code_imports_complexity_and_what_ran(job) -> None:
    scripts = [line["code"] for line in job.of("run")]
    assert any("edit(" in script for script in scripts), "CodeAct's script ran in a room"
    assert any("import_module('tempo.days')" in script or '"tempo.days"' in script for script in scripts)


@dataclass
class WatchingSandbox:
    """The real sandbox; it notes who opens rooms."""

    real: object
    openers: list[set[str]] = field(default_factory=list)
    open_rooms: int = 0

    def open(self, files, *, limits=None, environment=None):
        frame, names = sys._getframe(1), set()
        while frame:
            names.add(frame.f_code.co_qualname)
            frame = frame.f_back
        self.openers.append(names)
        room = self.real.open(files, limits=limits, environment=environment)
        close, self.open_rooms = room.close, self.open_rooms + 1

        def closing() -> None:
            self.open_rooms -= bool(room)
            close()

        room.close = closing
        return room

    def describe(self, environment: str | None = None) -> str:
        return ""

    def close(self) -> None: ...


GOOD = "def area(a: float) -> float:\n    return a ** 2\n"
REPLIES = {
    "program_of_thought": GOOD,
    "codeact": "edit('a * a', 'a ** 2')\nrun('from shapes.square import area\\nassert area(3) == 9')",
    "rlm": "SUBMIT(current_code.replace('a * a', 'a ** 2'), 'squared')",
}


@pytest.mark.parametrize("strategy", REPLIES)
def test_every_strategy_runs_code_through_create_interpreter_and_leaves_no_room(talk, sandbox, strategy) -> None:
    talked = talk(sections(reasoning="Squared.", generated_code=REPLIES[strategy], check=""))
    watching = WatchingSandbox(sandbox)
    bench = Workbench(snapshot().files, watching)
    made = ProductionCodeGenerator(bench, strategy)(ModuleSpec(path="shapes/square.py", purpose="p"), TASK)
    assert isinstance(made, GeneratedCode)
    assert "a ** 2" in made.code
    assert (made.path, made.complexity, made.imports, made.executed) == ("shapes/square.py", 1, (), True)
    assert made.plan
    assert watching.openers, "code of a model was run"
    assert all("RoomInterpreter.start" in names for names in watching.openers)
    assert watching.open_rooms == 0
    assert talked.ledger.usage.calls == 1


def test_the_strategy_fits_the_file_where_the_repository_says_nothing() -> None:
    spec = ModuleSpec(path="a.py", purpose="p")
    assert STRATEGIES[strategy_for(Form(spec, None, 900))] is CodeProgram
    assert STRATEGIES[strategy_for(Form(spec, "A = 1\n", 900))] is ActingProgram
    assert STRATEGIES[strategy_for(Form(spec, "A = 1\n", 900), "rlm")] is RecursiveProgram
    assert issubclass(type(RecursiveProgram(Workbench({}, WatchingSandbox(None)), Form(spec, "", 9)).rlm), dspy.RLM)


CONFIGURED = """
from bot.composition import open_workshop
from bot.programs.adapter import SectionAdapter
import os, dspy
with open_workshop(os.environ, print):
    assert isinstance(dspy.settings.adapter, SectionAdapter)
    assert dspy.settings.disable_history
    assert not dspy.cache.enable_disk_cache and not dspy.cache.enable_memory_cache
    try:
        dspy.settings.interpreter_factory()
    except dspy.CodeInterpreterError as error:
        print("refused:", error)
"""


@pytest.fixture
def model() -> Iterator[ReplayedModel]:
    with ReplayedModel([]) as made:
        yield made


def test_the_program_is_configured_by_configure_dspy_before_it_works(model) -> None:
    chosen = {"INTERN_MODEL": "ollama_chat/replayed", "OLLAMA_BASE_URL": model.url}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CONFIGURED],
        env=environment(**chosen),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "refused: Code runs in a room of the sandbox only" in ran.stdout
