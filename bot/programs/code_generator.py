"""ProductionCodeGenerator: a ModuleSpec in, a GeneratedCode out."""

from collections.abc import Sequence
from typing import Any

import dspy

from bot.decisions.code.source import complexity_of, imports_of
from bot.decisions.editing.text_files import is_documentation
from bot.errors import ModelError
from bot.programs.asked import told_style, told_task
from bot.programs.compiled import get_compiled_generator
from bot.programs.form import Form
from bot.programs.ledger import prompt_limit
from bot.programs.replies import for_people
from bot.programs.sources import import_name, imported_paths, original_of, source_of
from bot.programs.strategies.choice import STRATEGIES, strategy_for
from bot.programs.stub import stub_of
from bot.programs.tools.answer import cut, cut_middle
from bot.programs.workbench import Workbench
from bot.words.generated import GeneratedCode
from bot.words.plan import ModuleSpec
from bot.words.repository_settings import Strategy
from bot.words.task import Task
from sandbox.files import Tree

LONGEST_TASK = 4500
LONGEST_CONTEXT = 3000
LONGEST_STUB, LEAST_STUB, MOST_NEAR = 1200, 300, 4
LONGEST_FAILURES = 3500


BLAMED = {"tests": "the fault lies in the tests", "other": "what has to change is elsewhere"}


class BlameError(Exception):
    """The model was asked to correct a file and answered that the fault lies elsewhere.

    Attributes:
        elsewhere: whether it lies in other code, not in the tests.
    """

    def __init__(self, message: str, *, elsewhere: bool = False) -> None:
        super().__init__(message)
        self.elsewhere = elsewhere


class ProductionCodeGenerator(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """Writes one file of a plan. Rooms that it opens are closed before it returns.

    Args:
        bench: the repository with what was written so far.
        strategy: how the code comes about; "" for what fits the file.
    """

    def __init__(self, bench: Workbench, strategy: Strategy = "") -> None:
        super().__init__()
        self._bench, self._strategy = bench, strategy

    def forward(
        self, spec: ModuleSpec, task: Task, others: Sequence[ModuleSpec] = (), failures: str = ""
    ) -> GeneratedCode:
        """Write the file, and lay it on the bench.

        Args:
            spec: the file.
            task: what was asked.
            others: further files of the plan, written before or after this one.
            failures: what was wrong with the file as it lies on the bench; "" when it is not to be corrected
                but to be written.

        Raises:
            BlameError: the failures are not this file's fault, the model says.
            ModelError: no usable code was written.
            dspy.LMError: the model's server failed.
        """
        before, source = self._bench.files, original_of(self._bench.files, spec.path)
        form = Form(spec, source, limit=prompt_limit() * 4 // 10, about=told_task(task))
        asked = {
            "specification": specification(spec, others, task, before),
            "context": context(spec, others, task, before),
        }
        again = {"previous_code": form.shown, "failures": cut_middle(failures, LONGEST_FAILURES)} if failures else {}
        optional = source is not None and any(not is_documentation(other.path, before) for other in others)
        name = strategy_for(form, self._strategy)
        program = get_compiled_generator(STRATEGIES[name](self._bench, form), name)
        written = program(**asked, **again, optional=optional)
        self._bench.files = before
        if written.fault != "code":
            told = f"{spec.path} is right as it is, {BLAMED[written.fault]}: {written.plan}"
            raise BlameError(told, elsewhere=written.fault == "other")
        if written.code is None:
            if failures and optional:
                raise BlameError(f"{spec.path} could not be corrected: {for_people(written.execution_result)[:300]}")
            raise ModelError(
                f"The model wrote no usable code for {spec.path}: {for_people(written.execution_result)[:300]}"
            )
        self._bench.put(spec.path, written.code)
        return claimed(spec, written)


def claimed(spec: ModuleSpec, written: Any) -> GeneratedCode:
    """The result in our own words."""
    return GeneratedCode(
        path=spec.path,
        plan=written.plan[:2000],
        code=written.code,
        imports=imports_of(written.code),
        complexity=complexity_of(written.code),
        executed=written.executed,
        execution_result=cut(written.execution_result, 1000),
    )


def specification(spec: ModuleSpec, others: Sequence[ModuleSpec], task: Task, files: Tree) -> str:
    """What the file must do, in text: its part of the plan, then the issue."""
    name = import_name(files, spec.path)
    parts = [f"File: {spec.path}" + (f", imported as {name}" if name else "")]
    parts += [f"Purpose: {spec.purpose}"] if spec.purpose else []
    parts += [f"Add or change: {', '.join(spec.definitions)}"] if spec.definitions else []
    parts += [f"Interface: {spec.interface}"] if spec.interface else []
    parts += [told_style(task)] if task.style else []
    told = cut_middle(told_task(task), LONGEST_TASK)
    whole = "All of it is for this file:" if not others else "This file does its part of it, other files the rest:"
    return "\n".join(parts) + f"\n\nWhat was asked. {whole}\n{told}"


def context(spec: ModuleSpec, others: Sequence[ModuleSpec], task: Task, files: Tree) -> str:
    """Stubs: of the plan's other files, and of what this file imports (a new one: what the others import)."""
    about = f"{spec.purpose} {spec.interface} {told_task(task)}"
    longest = max(LONGEST_CONTEXT, prompt_limit() // 8)
    told = [told_other(other, files, about) for other in others]
    known = {spec.path, *(other.path for other in others)}
    users = [spec.path] if spec.path in files else [other.path for other in others if other.python]
    near = [found for user in users for found in imported_paths(files, user, source_of(files, user) or "")]
    near = [path for path in dict.fromkeys(near) if path not in known][:MOST_NEAR]
    # Of what a file imports, it needs what it uses: each gets its share, and that comes first in it.
    uses = "\n".join([about, *(source_of(files, user) or "" for user in users)])
    each = max(LEAST_STUB, (longest - sum(map(len, told))) // max(1, len(near)) - LEAST_STUB // 4)
    told += [f"{path}:\n{stub(path, files, uses, min(each, LONGEST_STUB))}" for path in near]
    return cut("\n\n".join(told), longest) or "nothing"


def told_other(other: ModuleSpec, files: Tree, about: str) -> str:
    """Another file of the plan."""
    if other.delete:
        return f"{other.path} is deleted by the change: nothing may import it."
    there = "" if other.path in files else ", not written yet"
    shown = stub(other.path, files, about) if other.python else ""
    return f"{other.path}, another file of the change{there}: {other.purpose}\n{shown or other.interface}".rstrip()


def stub(path: str, files: Tree, about: str, limit: int = LONGEST_STUB) -> str:
    """The stub of a file, cut; "" when there is no file yet."""
    source = source_of(files, path)
    return cut(stub_of(source, about, limit), limit) if source is not None else ""
