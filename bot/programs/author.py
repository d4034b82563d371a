"""The author: from a plan to a patch, and from a patch that failed to a better one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.decisions.editing.changes import apply_patch, changes_between
from bot.decisions.naming import new_test_path
from bot.decisions.proof.reproduced import fails_still, stands_alone
from bot.decisions.proof.told_reasons import told_against
from bot.decisions.testing.changed_tests import file_of, text_of, with_text
from bot.errors import ModelError
from bot.programs.asked import wishes
from bot.programs.changed_test_writer import changed_test_file
from bot.programs.code_generator import BlameError, ProductionCodeGenerator
from bot.programs.failures import told_plainly
from bot.programs.other_files import delete, is_documented, write_texts
from bot.programs.sources import is_test, source_of
from bot.programs.test_writer import interface, write_tests
from bot.programs.varied import varied
from bot.programs.workbench import Workbench
from bot.words.attempt import Attempt
from bot.words.evidence import Red, Verdict
from bot.words.generated import GeneratedCode
from bot.words.patch import Patch
from bot.words.plan import ModuleSpec, Plan
from bot.words.repository_settings import Strategy
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from sandbox.room import Limits, Sandbox

#: What an attempt ends with where the model doesn't take the planner's test for right.
DISPUTED = "The test that showed the fault still fails, and the model says that the change is right."


class ElsewhereError(ModelError):
    """The model says that what has to change is in no file of the plan: in another one, or the planner's own test."""


def write_patch(
    task: Task,
    plan: Plan,
    snapshot: Snapshot,
    sandbox: Sandbox,
    *,
    number: int = 1,
    candidate: int = 1,
    previous: Attempt | None = None,
    limits: Limits | None = None,
    environment: str | None = None,
    strategy: Strategy = "",
    strict: bool = False,
) -> tuple[Patch, tuple[GeneratedCode, ...]]:
    """Write every file of the plan, then the tests. Call it inside of a session.

    Args:
        task: what was asked, with a test that shows the fault where there is one.
        plan: what to write; nothing but its files and one new test file changes.
        snapshot: the base of the patch.
        sandbox: the maker of rooms.
        number: of the attempt; later ones use a higher temperature.
        candidate: of the patches that are tried for this attempt; each has a seed of its own.
        previous: the attempt before, with its verdict, or what a pull request holds already: it is corrected
            instead of writing anew. Its other changes are kept.
        limits: limits of the rooms.
        environment: the dependency environment of the rooms.
        strategy: how code is written; "" for what fits each file.
        strict: give up where the model says that the fault is in no file of the plan, for there can be another plan.

    Returns:
        The patch, and what the model claimed for each file that it wrote.

    Raises:
        ModelError: the model failed or wrote nothing usable.
        ElsewhereError: it wrote nothing because nothing in the plan's files has to change, it says.
        SandboxError: no room could be had.
        BudgetSpent, Cancelled: from the session.
    """
    if task.reproduction and is_documented(plan, snapshot.files):
        raise ModelError("A test shows a fault of the code, and the plan changes nothing but documentation.")
    if previous and previous.verdict and not fails_still(previous.verdict):  # the verdict tells what fails
        task = task.model_copy(update={"reproduction": None})
    patch = previous.patch if previous else None
    files = apply_patch(snapshot.files, patch) if patch else snapshot.files
    bench = Workbench(files, sandbox, limits, environment)
    author = Author(task, plan, snapshot, bench, previous, strategy, strict)
    with told_plainly("write the change"), varied(number, candidate):
        claims = author.write()
    changes = changes_between(snapshot.files, bench.files, is_test=is_test)
    if not any(not change.test for change in changes):
        raise ModelError("The model changed nothing but tests.")
    return Patch(base=snapshot.commit, changes=changes), claims


def write_code(
    task: Task,
    plan: Plan,
    snapshot: Snapshot,
    sandbox: Sandbox,
    limits: Limits | None = None,
    environment: str | None = None,
    strategy: Strategy = "",
) -> Patch:
    """Write every file of the plan and no tests: where hidden ones will tell how good it is. See `write_patch`.

    Raises:
        ModelError: the model wrote nothing usable.
        dspy.LMError: the model's server failed.
    """
    author = Author(task, plan, snapshot, Workbench(snapshot.files, sandbox, limits, environment), None, strategy)
    if unchanged := author.write_code(""):
        raise ModelError(f"The model would change nothing. {unchanged}"[:600])
    return Patch(base=snapshot.commit, changes=changes_between(snapshot.files, author.bench.files, is_test=is_test))


@dataclass
class Author:
    """One attempt at a patch.

    Attributes:
        task: what was asked.
        plan: what to write.
        snapshot: the base.
        bench: the files as they are written.
        previous: the attempt before.
        strategy: how code is written; "" for what fits each file.
        strict: whether to give up where the model says that the fault is in no file of the plan.
    """

    task: Task
    plan: Plan
    snapshot: Snapshot
    bench: Workbench
    previous: Attempt | None
    strategy: Strategy = ""
    strict: bool = False
    claims: list[GeneratedCode] = field(default_factory=list)

    def write(self) -> tuple[GeneratedCode, ...]:
        """Write code, then tests; when a patch is corrected, only what has to change."""
        verdict = self.previous.verdict if self.previous else None
        tests = self._tests_so_far()
        if is_documented(self.plan, self.snapshot.files):
            failures = told_verdict(self.previous, self.task) if self.previous else ""
            delete(self.plan, self.bench, self.snapshot.files)
            unchanged = write_texts(self.plan, self.task, self.bench, failures)
            if unchanged and not any(spec.delete for spec in self.plan.modules):
                raise ModelError(f"The model would change nothing. {unchanged}"[:600])
            return ()
        if tests is None:
            if unchanged := self.write_code(""):
                raise ElsewhereError(f"The model would change nothing. {unchanged}"[:600])
            self._change_tests("")
            self._write_tests("", "")
            return tuple(self.claims)
        path, text = tests
        failures = told_verdict(self.previous, self.task)
        blamed = self.write_code(failures) if code_to_blame(verdict) else ""
        changed = self._change_tests(failures)
        weak = verdict is not None and stands_alone(verdict)
        if blamed and weak:
            raise ElsewhereError(f"{DISPUTED} {blamed}"[:600])
        if blamed and not changed and stand_against(verdict):
            raise ModelError(f"Existing tests stand against the change, and the model saw no other way. {blamed}"[:600])
        if blamed or weak or tests_to_blame(verdict) or not text:
            # Of tests that pass while the fault is there, nothing is gone on from: what showed it is.
            self._write_tests("" if weak else text, "\n\n".join(part for part in (blamed, failures) if part), path)
        return tuple(self.claims)

    def write_code(self, failures: str) -> str:
        """Write or correct each file of the plan. Returns why none of them is at fault, else ""."""
        generate = ProductionCodeGenerator(self.bench, self.strategy)
        blamed: list[str] = []
        elsewhere = False
        modules = [spec for spec in self.plan.modules if spec.python]
        asked = modules if not failures or self.task.request else suspects(modules, failures)
        for spec in asked:
            others = [other for other in self.plan.modules if other.path != spec.path]
            try:
                self.claims.append(generate(spec, self.task, others, failures=failures))
            except BlameError as error:
                blamed.append(str(error))
                elsewhere = elsewhere or error.elsewhere
        delete(self.plan, self.bench, self.snapshot.files)  # now, for until here the others may still import it
        told = write_texts(self.plan, self.task, self.bench, failures)
        texts = any(not (spec.python or spec.delete) for spec in self.plan.modules)
        deletes = not failures and any(spec.delete for spec in self.plan.modules)
        if len(blamed) < len(asked) or (texts and not told) or deletes:
            return ""
        if failures and elsewhere and self.strict:
            raise ElsewhereError(f"The model says that the fault is not there. {' '.join(blamed)}"[:600])
        return "\n".join(part for part in (*blamed, told) if part) or "The plan only deletes."

    def _change_tests(self, failures: str) -> bool:
        """Write existing tests anew that the plan names, later on those that the failures name. Whether any was."""
        changed = False
        for change in self.plan.changed_tests:
            if change.removed:
                continue
            if failures and change.test not in failures:
                continue
            path = file_of(change.test)
            if f"{change.test} need not be changed" in failures:
                self._leave(change.test)
                continue
            text = changed_test_file(
                self.task,
                change,
                self.plan.changed_tests,
                self.bench.files,
                interface(self.task, self.plan, self.bench.files),
                failures=failures,
                # Of a pull request's branch people may have changed more than that.
                left=None if self.task.request else source_of(self.snapshot.files, path),
            )
            if text is not None:
                self.bench.put(path, text)
                changed = True
        return changed

    def _leave(self, test: str) -> None:
        """An existing test as it was."""
        path = file_of(test)
        now, was = source_of(self.bench.files, path), source_of(self.snapshot.files, path)
        text = text_of(was, test) if was is not None else None
        left = with_text(now, test, text) if now is not None and text is not None else None
        if left is not None:
            self.bench.put(path, left)

    def _write_tests(self, previous: str, failures: str, path: str = "") -> None:
        path = path or new_test_path(self.snapshot.files, self.task.number)
        shown = self.task.reproduction
        try:
            text = write_tests(self.task, self.plan, self.bench.files, path, previous_tests=previous, failures=failures)
        except ModelError:
            if shown is None or previous:
                raise
            text = shown.test  # a test that was seen to fail before is better than none
        self.bench.put(path, text)

    def _tests_so_far(self) -> tuple[str, str] | None:
        """Path and text of the previous patch's new tests; ("", "") if it has none, None without a patch."""
        patch = self.previous.patch if self.previous else None
        if patch is None:
            return None
        paths = [path for path in patch.tests if path not in self.snapshot.files]
        return (paths[-1], source_of(self.bench.files, paths[-1]) or "") if paths else ("", "")


def suspects(modules: Sequence[ModuleSpec], failures: str) -> Sequence[ModuleSpec]:
    """The files that a failure may come from: those that it mentions by path or definition, else all."""
    words = set(re.findall(r"\w+", failures))
    mentioned = [
        spec
        for spec in modules
        if spec.path in failures or words & {name.rpartition(".")[2] for name in spec.definitions}
    ]
    return mentioned or modules


def code_to_blame(verdict: Verdict | None) -> bool:
    """Whether the code has to be looked at: anything fails on the patch, or there is no verdict yet."""
    return verdict is None or verdict.proven or bool(verdict.failures) or not tests_to_blame(verdict)


def tests_to_blame(verdict: Verdict | None) -> bool:
    """Whether the tests are certainly wrong: broken, all passing already without the change, blind, or absent.

    Without a verdict, or with a good one, a person asked for a change: then the tests must show it, too.
    """
    if verdict is None or verdict.proven or not verdict.tests:
        return True
    bases = {test.base for test in verdict.tests}
    return Red.BROKEN in bases or bases == {Red.GREEN} or bool(verdict.gaps)


def stand_against(verdict: Verdict | None) -> bool:
    """Whether nothing but existing tests fails: then writing the new ones again changes nothing."""
    return (
        verdict is not None
        and bool(verdict.tests)
        and bool(verdict.failures)
        and not tests_to_blame(verdict)
        and all(test.patch == "passed" for test in verdict.tests)
    )


def told_verdict(previous: Attempt | None, task: Task) -> str:
    """What was wrong, in words for the model: pytest's own text, the reasons, else what a person asks."""
    verdict = previous.verdict if previous else None
    if verdict is not None and not verdict.proven:
        return told_against(verdict)
    return "\n".join(wishes(task)) or "The change is not proven yet."
