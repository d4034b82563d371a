"""Lesson: an exercise with all that is needed to let a program do it and to measure how it did."""

import hashlib
from dataclasses import dataclass, field

from bot.decisions.editing.changes import changes_between
from bot.decisions.editing.edits import EditError
from bot.decisions.proof.protection import is_test_path
from bot.trial.result import digest_of
from bot.words.exercise import Exercise
from bot.words.patch import Patch
from bot.words.plan import Plan
from bot.words.repository_settings import RepositorySettings
from bot.words.snapshot import Snapshot
from bot.words.task import Task


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    Attributes:
        exercise: with the hidden tests that count.
        base: the files to start from.
        task: the issue, as the programs see it.
        plan: what to write; the same for each program that is measured. None where it is not needed.
        environment: what the tests need, by its name in the sandbox.
        settings: the repository's.
        solution: what a person changed, without tests; None where it is unknown or no text.
        example: whether examples for later prompts may be taken from it.
        remark: what people made of an earlier answer to it, for whoever writes instructions; "" for nothing.
    """

    exercise: Exercise
    base: Snapshot
    task: Task
    plan: Plan | None
    environment: str | None
    settings: RepositorySettings = field(default_factory=RepositorySettings)
    solution: Patch | None = None
    example: bool = True
    remark: str = ""

    @property
    def digest(self) -> str:
        """Of everything that decides how it is done and measured, the solution aside."""
        plan = self.plan.model_dump_json() if self.plan else ""
        parts = (digest_of(self.exercise), plan, self.environment or "", self.settings.strategy)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def solution_between(base: Snapshot, answer: Snapshot | None, exercise: Exercise) -> Patch | None:
    """What a person changed to get from the base to the answer, but for tests."""
    if answer is None:
        return None
    try:
        changes = changes_between(base.files, answer.files, is_test=is_test_path)
    except EditError:
        return None
    code = tuple(one for one in changes if not one.test and one.path not in exercise.hidden)
    return Patch(base=base.commit, changes=code) if code else None
