"""Tiny tasks: a plan, an edit of a large file, a test, each done by the product's own programs, and run in a room."""

from collections.abc import Callable

from bot.errors import Refusal
from bot.fitness import sample
from bot.fitness.asking import Failed, OutOfTime, asking
from bot.programs.code_generator import specification
from bot.programs.form import Form
from bot.programs.ledger import prompt_limit
from bot.programs.model import Model
from bot.programs.planner import make_plan
from bot.programs.strategies.program_of_thought import CodeProgram
from bot.programs.test_writer import write_tests
from bot.programs.toolbox import Toolbox
from bot.programs.workbench import Workbench
from bot.words.fitness import Skill, Tried
from sandbox.files import File, Tree
from sandbox.room import Outcome, Sandbox, SandboxError
from sandbox.suite.run import run_pytest

#: Seconds for one task.
TASK = 40.0


def tried(skill: Skill, work: Callable[[], str]) -> Tried:
    """A task: `work` gives why it was not done, "" when it was."""
    try:
        why = work()
    except OutOfTime as failure:
        return Tried(skill=skill, done=False, why=str(failure), late=True)
    except Failed as failure:
        why = str(failure)
    except Refusal as refusal:
        why = str(refusal).rstrip(".")[:160]
    except SandboxError:
        return Tried(skill=skill, done=None, why="no room could be had")
    return Tried(skill=skill, done=not why, why=why)


def plan(model: Model, sandbox: Sandbox, end: float) -> str:
    """Plan the change of one file."""
    with asking(model, end, TASK, "plan the change"):
        made = make_plan(sample.TASK, Toolbox(sample.snapshot(sample.SMALL), sandbox), steps=2)
    paths = [module.path for module in made.modules]
    return "" if paths == [sample.PATH] else f"it planned {', '.join(paths)[:100]}"


def edit(model: Model, sandbox: Sandbox, end: float, source: str) -> str:
    """Change one function of a file, in the form that the file's size asks for, and run it."""
    files = sample.snapshot(source).files
    with asking(model, end, TASK, "write the change"):
        form = Form(sample.SPEC, source, limit=prompt_limit() * 4 // 10)
        asked = specification(sample.SPEC, (), sample.TASK, files)
        written = CodeProgram(Workbench(files, sandbox), form)(specification=asked, context="nothing")
    if written.code is None:
        return "it wrote no usable code"
    with sandbox.open({**files, sample.PATH: File(written.code.encode())}) as room:
        ran = room.execute(sample.CHECK)
    if ran.outcome is not Outcome.FINISHED or ran.error:
        return "its code does something else"
    return "" if sample.KEPT in written.code or source == sample.SMALL else "it lost what stood in the file"


def test(model: Model, sandbox: Sandbox, end: float) -> str:
    """Write a test that fails before the change and passes after it."""
    before, after = sample.snapshot(sample.SMALL).files, sample.snapshot(sample.FIXED).files
    with asking(model, end, TASK, "write tests"):
        text = write_tests(sample.TASK, sample.PLAN, after, sample.TESTS)
    if not passes(after, text, sandbox):
        return "its test fails on right code"
    return "its test passes on wrong code" if passes(before, text, sandbox) else ""


test.__test__ = False  # type: ignore[attr-defined]  # pytest would collect it where a test imports it


def passes(files: Tree, text: str, sandbox: Sandbox) -> bool:
    """Whether a test file passes there."""
    with sandbox.open({**files, sample.TESTS: File(text.encode())}) as room:
        report = run_pytest(room, paths=[sample.TESTS], seconds=20)
    return report.finished and bool(report.results) and all(one.outcome.value == "passed" for one in report.results)
