"""ProductionCodeGenerator: a ModuleSpec in, a GeneratedCode out."""

from collections.abc import Sequence
from typing import Any

import dspy

from bot.decisions.source import complexity_of, imports_of
from bot.errors import ModelError
from bot.programs.asked import told_task
from bot.programs.form import Form
from bot.programs.ledger import prompt_space
from bot.programs.program_of_thought import HOPS, CodeProgram
from bot.programs.sources import outline_of, source_of
from bot.programs.tools.answer import cut, cut_middle
from bot.programs.workbench import Workbench
from bot.words.generated import GeneratedCode
from bot.words.plan import ModuleSpec
from bot.words.task import Task

LONGEST_TASK = 4500
LONGEST_CONTEXT = 3000
LONGEST_FAILURES = 3500


class BlamedTestsError(Exception):
    """The model was asked to correct its code and answered that the tests ask for too much."""

    __test__ = False


class ProductionCodeGenerator(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """Writes one file of a plan. Rooms that it opens are closed before it returns.

    Args:
        bench: the repository with what was written so far.
        hops: how often the code of a file may be written and run.
    """

    def __init__(self, bench: Workbench, hops: int = HOPS) -> None:
        super().__init__()
        self._bench, self._hops = bench, hops

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
            BlamedTestsError: the failures are the tests' fault, the model says.
            ModelError: no usable code was written.
            dspy.LMError: the model's server failed.
        """
        before, source = self._bench.files, source_of(self._bench.files, spec.path)
        form = Form(spec, source, limit=prompt_space() * 3 // 10)
        asked = {"specification": specification(spec, task), "context": context(others, self._bench)}
        again = (
            {"previous_code": form.shown, "failures": cut_middle(failures, LONGEST_FAILURES)}
            if failures
            else {}
        )
        written = CodeProgram(self._bench, form, max_iters=self._hops)(**asked, **again)
        self._bench.files = before
        if written.fault == "tests":
            raise BlamedTestsError(written.plan)
        if written.code is None:
            raise ModelError(
                f"The model wrote no usable code for {spec.path}: {written.execution_result[:300]}"
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


def specification(spec: ModuleSpec, task: Task) -> str:
    """What the file must do, in text: its part of the plan, then the issue."""
    parts = [f"File: {spec.path}", f"Purpose: {spec.purpose}" if spec.purpose else ""]
    if spec.definitions:
        parts.append(f"Add or change: {', '.join(spec.definitions)}")
    if spec.interface:
        parts.append(f"Interface: {spec.interface}")
    return "\n".join(part for part in (*parts, "", cut_middle(told_task(task), LONGEST_TASK)) if part)


def context(others: Sequence[ModuleSpec], bench: Workbench) -> str:
    """The outlines of the plan's other files; of those not yet written, what is planned."""
    told = []
    for other in others:
        source = source_of(bench.files, other.path)
        planned = f"(planned) {other.purpose}\n{other.interface}"
        told.append(f"{other.path}:\n{outline_of(source) if source is not None else planned}")
    return cut("\n\n".join(told), LONGEST_CONTEXT) or "nothing"
