"""The test writer: ChainOfThought that writes one new pytest file."""

from collections.abc import Sequence

import dspy

from bot.decisions.code.source import extract_code
from bot.decisions.editing.text_files import is_documentation
from bot.decisions.testing.kept_reproduction import not_kept
from bot.errors import ModelError
from bot.programs.asked import told_style, told_task
from bot.programs.compiled import get_compiled_generator
from bot.programs.replies import for_people, told_reply
from bot.programs.signatures import REASONING, TestGeneratorSignature
from bot.programs.sources import import_name, is_test, source_of
from bot.programs.stub import stub_of
from bot.programs.test_check import trouble_with, without_vacuous
from bot.programs.tools.answer import cut, cut_middle
from bot.words.plan import ModuleSpec, Plan
from bot.words.task import Task
from sandbox.files import Tree

TRIES = 3
LONGEST_EXAMPLE = 2000
LONGEST_FIXTURES = 800
LONGEST_INTERFACE = 6000
LONGEST_STUB = 2500
LONGEST_DATA = 800
LONGEST_FAILURES = 3500
NONE = "none"
CUT = "Your reply was too long and was cut off. Write fewer tests."
KEEP = "What stands in previous_tests was seen to fail because of the fault: keep it, and add what is missing."
LOST = (
    "You left out or changed {names}, seen to fail because of the fault: keep what was there, and correct it only "
    "where the issue says otherwise. It was:\n{text}"
)
LONGEST_LOST = 2000


class TestWriter(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """Writes the new test file; what is no test file is asked for again, with the reason."""

    __test__ = False

    def __init__(self, tries: int = TRIES) -> None:
        super().__init__()
        thought = dspy.OutputField(desc=REASONING, default="")
        self.write = dspy.ChainOfThought(TestGeneratorSignature, rationale_field=thought)
        self._tries = tries

    def forward(self, *, kept: str = "", previous_tests: str = "", failures: str = "", **inputs: str) -> str:
        """The file's text. Raises ModelError when no try was usable, dspy.LMError when the server failed.

        A model that leaves out or changes a test of the file `kept` is asked for it once; it may have its reasons.
        """
        reason = KEEP if kept else ""
        for left in reversed(range(self._tries)):
            told = "\n".join(part for part in (reason, failures) if part)
            asked = {**inputs, "previous_tests": previous_tests or NONE, "failures": told or NONE}
            reply, problem = told_reply(self.write, cut=CUT, **asked)
            if reply is None:
                reason = problem
                continue
            tests = extract_code(reply.tests)
            reason = trouble_with(tests)
            lost = not_kept(kept, tests) if left and not reason else ()
            if not reason and not lost:
                return without_vacuous(tests).rstrip() + "\n"
            if lost:
                reason, kept = LOST.format(names=", ".join(lost), text=cut_middle(kept, LONGEST_LOST)), ""
            previous_tests = tests
        raise ModelError(f"The model wrote no usable tests: {for_people(reason)}")


def write_tests(task: Task, plan: Plan, files: Tree, path: str, *, previous_tests: str = "", failures: str = "") -> str:
    """The text of the new test file.

    Args:
        task: what was asked; its reproduction is what the tests begin with.
        plan: what was planned; its files are already written in `files`.
        files: the repository with the new code.
        path: where the new tests will lie.
        previous_tests: the new tests so far, when they are to be corrected.
        failures: what was wrong with them.

    Raises:
        ModelError: the model wrote nothing usable.
        dspy.LMError: its server failed.
    """
    writer = get_compiled_generator(TestWriter(), "tests")
    shown = task.reproduction.test if task.reproduction and not previous_tests else ""
    text: str = writer(
        kept=shown,
        issue=cut_middle(told_task(task.model_copy(update={"reproduction": None})), 6000),
        strategy=plan.test_strategy or "the new behaviour, its limits and its errors",
        interface=interface(task, plan, files),
        example="\n\n".join(part for part in (example(files, path), told_style(task)) if part),
        previous_tests=previous_tests or shown,
        failures=cut_middle(failures, LONGEST_FAILURES),
    )
    return text


def interface(task: Task, plan: Plan, files: Tree, *, texts: bool = True) -> str:
    """How to import each changed file, what was planned of it, and its definitions without their bodies.

    `texts`: also what tests should know of files that are no Python.
    """
    told = [f"{spec.path} is deleted: it can't be imported any more." for spec in plan.modules if spec.delete]
    modules = [spec for spec in plan.modules if spec.python]
    each = LONGEST_INTERFACE // max(1, len(modules))
    for spec in plan.modules:
        if spec.delete or not spec.python:
            told += [data_told(spec, files)] if texts and not spec.delete else []
            continue
        name = import_name(files, spec.path)
        how = f"from {name} import ..." if name else "can't be imported by a name"
        about = f"{told_task(task)} {spec.purpose} {spec.interface} {' '.join(spec.definitions)}"
        code = stub_of(source_of(files, spec.path) or "", about, min(each, LONGEST_STUB))
        promised = f"It promises: {spec.interface}" if spec.interface else ""
        told.append("\n".join(part for part in (f"{spec.path}: {how}", promised, code) if part))
    return cut("\n\n".join(told), LONGEST_INTERFACE)


def data_told(spec: ModuleSpec, files: Tree) -> str:
    """What tests should know of a file that is no Python."""
    if is_documentation(spec.path, files):
        return f"{spec.path} is documentation: test nothing of it."
    return f"{spec.path}, which the code reads: {cut(source_of(files, spec.path) or spec.purpose, LONGEST_DATA)}"


def example(files: Tree, path: str) -> str:
    """A small test file of the repository, the nearest to where the new one will lie, and its fixtures."""
    folder = path.rpartition("/")[0]
    found = [p for p in sorted(files) if is_test(p) and p != path and "def test" in (source_of(files, p) or "")]
    near: Sequence[str] = sorted(found, key=lambda p: (p.rpartition("/")[0] != folder, len(files[p].data), p))
    fixtures = [p for p in fixture_files(path) if source_of(files, p)]
    shown = [(p, LONGEST_EXAMPLE) for p in near[:1]] + [(p, LONGEST_FIXTURES) for p in fixtures[:1]]
    return "\n\n".join(f"{p}:\n{cut(source_of(files, p) or '', most)}" for p, most in shown) or NONE


def fixture_files(path: str) -> list[str]:
    """Where pytest looks for the fixtures of a test file, the nearest first.

    https://docs.pytest.org/en/stable/reference/fixtures.html#conftest-py-sharing-fixtures-across-multiple-files
    """
    folders = path.split("/")[:-1]
    return ["/".join([*folders[:depth], "conftest.py"]) for depth in range(len(folders), -1, -1)]
