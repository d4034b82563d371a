"""Attempts: what a pull request holds already, and whether what was written may count as an attempt."""

import time
from collections.abc import Sequence

from bot.decisions.editing.changes import apply_patch, changes_between
from bot.decisions.proof.protection import is_test_path, refused_paths, twins
from bot.decisions.testing.removed_tests import removal_objections
from bot.words.attempt import Attempt
from bot.words.budget import Usage
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest
from bot.words.repository_settings import RepositorySettings
from bot.words.snapshot import Snapshot
from bot.workflow.finishing import Finishing
from bot.workflow.workshop import Written


def standing_patch(base: Snapshot, current: Snapshot) -> Attempt | None:
    """What the pull request already holds, as attempt number 0; None when an issue is solved."""
    changes = changes_between(base.files, current.files, is_test=is_test_path, text_only=True)
    return Attempt(number=0, patch=Patch(base=base.commit, changes=changes)) if changes else None


def _touched(patch: Patch, current: Snapshot) -> tuple[FileChange, ...]:
    """What this attempt changes. What a person has committed to the branch before is theirs, not the model's."""
    return changes_between(current.files, apply_patch(current.files, patch), is_test=is_test_path)


def checked(
    number: int,
    written: Written,
    settings: RepositorySettings,
    current: Snapshot,
    judges: frozenset[str],
    allowed: Sequence[ChangedTest] = (),
) -> Attempt:
    """The attempt that was written; one that touches a protected path is no attempt at all.

    Args:
        number: of the attempt.
        written: what was written.
        settings: the repository's.
        current: where the work goes on from.
        judges: the existing test files.
        allowed: existing tests that the plan says to change.
    """
    patch = written.patch
    if patch is None:
        trouble = written.trouble or "The model gave no usable code."
        return Attempt(number=number, trouble=trouble, elsewhere=written.elsewhere)
    touched = _touched(patch, current)
    refused = refused_paths([change.path for change in touched], settings)
    refused += twins([c.path for c in touched if c.path not in current.files], current.files)
    judged = [change for change in touched if change.path in judges]
    deleted = [change.path for change in touched if change.after is None and change.path not in judges]
    refused += [
        f"{change.path}: {why}"
        for change in judged
        for why in removal_objections(change, allowed, current.files, deleted)
    ]
    if refused:
        return Attempt(number=number, trouble=f"The patch touched what it may not: {'; '.join(refused)}.")
    return Attempt(number=number, patch=patch, notes=written.notes)


def in_shape(written: Written, finishing: Finishing) -> Written:
    """What was written, put into the repository's shape; the room that this takes is on the bill."""
    if written.patch is None:
        return written
    started = time.monotonic()
    patch, notes = finishing.finish(written.patch)
    seconds = time.monotonic() - started
    return written.model_copy(
        update={
            "patch": patch,
            "notes": notes,
            "usage": written.usage + Usage(room_seconds=seconds),
            "seconds": written.seconds + seconds,
        }
    )
