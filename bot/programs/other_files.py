"""Other files: what of a plan is no Python to be written: files that go, documentation, data, templates."""

from bot.decisions.editing.text_files import is_documentation
from bot.decisions.testing.changed_tests import file_of
from bot.decisions.testing.removed_tests import without_tests
from bot.errors import ModelError
from bot.programs.replies import for_people
from bot.programs.test_writer import interface
from bot.programs.text_writer import write_text
from bot.programs.workbench import Workbench
from bot.words.plan import Plan
from bot.words.task import Task
from sandbox.files import Tree

NOBODY = "No other file is at fault."


def is_documented(plan: Plan, files: Tree) -> bool:
    """Whether a plan is for documentation alone: nothing that a test could show."""
    return all(is_documentation(spec.path, files) for spec in plan.modules)


def delete(plan: Plan, bench: Workbench, base: Tree) -> None:
    """Take away the files that a plan deletes, and the existing tests that go with them. No model is asked."""
    deleted = [spec.path for spec in plan.modules if spec.delete]
    removed = [one.test for one in plan.changed_tests if one.removed]
    for path in dict.fromkeys(map(file_of, removed)):
        if path not in bench.files:
            continue
        files = {**base, path: bench.files[path]}
        left = without_tests(files, path, [test for test in removed if file_of(test) == path], deleted)
        if left:
            bench.put(path, left)
        elif left is not None:
            bench.take(path)
    for path in deleted:
        bench.take(path)


def write_texts(plan: Plan, task: Task, bench: Workbench, failures: str) -> str:
    """Write the files that are no Python, documentation last. Returns why none of them changed, "" where one did.

    Args:
        plan: what to write.
        task: what was asked.
        bench: has the code already.
        failures: what was wrong with the change so far: then only those are looked at again that it names, or that a
            person asked for.

    Raises:
        ModelError: nothing usable was written for a file that code reads. Documentation may be missing: a reader is
            told, and the code is worth as much.
        dspy.LMError: the model's server failed.
    """
    texts = [spec for spec in plan.modules if not (spec.delete or spec.python)]
    texts.sort(key=lambda spec: is_documentation(spec.path, bench.files))
    wanted = [spec for spec in texts if not failures or task.request or spec.path in failures]
    told: list[str] = []
    for spec in wanted:
        written = write_text(spec, task, bench.files, interface(task, plan, bench.files, texts=False), failures)
        if written.text is not None:
            bench.put(spec.path, written.text)
            continue
        told.append(f"{spec.path}: {written.trouble} {written.why}"[:400])
        if not written.unchanged and not is_documentation(spec.path, bench.files):
            raise ModelError(f"The model wrote no usable text for {spec.path}: {for_people(written.trouble)}"[:600])
    if not wanted:
        return NOBODY if texts else ""
    return "\n".join(told) if len(told) == len(wanted) else ""
