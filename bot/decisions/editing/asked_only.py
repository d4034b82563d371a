"""Asked only: a patch without what its plan doesn't name and nobody needs."""

from dataclasses import dataclass

from bot.decisions.editing.asked import Asked, asks_for_documents
from bot.decisions.editing.unasked import without_unasked
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan
from bot.words.task import Task
from sandbox.files import Tree


@dataclass(frozen=True, slots=True)
class AlsoChanged:
    """What of one file a patch changed although the plan doesn't name it.

    Attributes:
        path: of the file.
        names: what is changed or left out.
        back: what was left out and is there again.
    """

    path: str
    names: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


def asked_only(
    patch: Patch, current: Tree, plan: Plan, task: Task, *, again: bool = False
) -> tuple[Patch, tuple[AlsoChanged, ...]]:
    """The patch without what nobody asked for, and what it changes beside the plan all the same.

    Args:
        patch: what was written, against the base.
        current: the files from which the writing went on: the base's, or those of a pull request. What people did
            there is theirs and stays.
        plan: what was planned.
        task: what was asked.
        again: whether an earlier patch for this was not proven; see `Asked`.
    """
    specs = {spec.path: spec for spec in plan.modules}
    changes: list[FileChange] = []
    also: list[AlsoChanged] = []
    for change in patch.changes:
        before = _text(current, change.path)
        if change.test or change.after is None or before is None or not change.path.endswith(".py"):
            changes.append(change)
            continue
        kept = without_unasked(before, change.after, _asked(specs.get(change.path), plan, task, again=again))
        changes.append(change.model_copy(update={"after": kept.text}))
        also += [AlsoChanged(change.path, kept.also, kept.back)] if kept.also or kept.back else []
    left = tuple(change for change in changes if change.before != change.after)
    if not any(not change.test for change in left):
        return patch, ()  # a change of nothing but looks may be what was asked for
    return patch.model_copy(update={"changes": left}), tuple(also)


def _asked(spec: ModuleSpec | None, plan: Plan, task: Task, *, again: bool) -> Asked:
    documented = asks_for_documents(f"{task.title}\n{task.body}")
    if spec is None:
        return Asked(words=task.request, again=again, documented=documented)
    words = "\n".join([plan.summary, spec.purpose, spec.interface, task.request, *task.remarks])
    return Asked(spec.definitions, words, whole=not spec.definitions, again=again, documented=documented)


def _text(files: Tree, path: str) -> str | None:
    try:
        return files[path].data.decode("utf-8") if path in files else None
    except UnicodeDecodeError:
        return None
