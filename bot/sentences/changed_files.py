"""The files of a patch, each with what it is for."""

from collections.abc import Collection

from bot.sentences.findings import line_counts
from bot.sentences.harmless import inline_code, one_line
from bot.words.patch import FileChange, Patch
from bot.words.plan import Plan

#: Files that are listed; further ones are counted.
LISTED = 20


def changed_files(patch: Patch, plan: Plan, documentation: Collection[str] = ()) -> str:
    """One line per file: how it changed, and its purpose by the plan.

    Args:
        patch: what changed.
        plan: what was planned; what of it did not change is told as well.
        documentation: files that no test can say anything of.
    """
    purposes = {spec.path: spec.purpose for spec in plan.modules}
    lines = [
        _line(change, purposes.get(change.path, ""), documentation=change.path in documentation)
        for change in patch.changes[:LISTED]
    ]
    more = [f"- … and {len(patch.changes) - LISTED} more files"] if len(patch.changes) > LISTED else []
    changed = {change.path for change in patch.changes}
    left = [
        f"- {inline_code(path, 160)} was planned, but nothing changed in it: {one_line(purpose, 240)}".rstrip(": ")
        for path, purpose in purposes.items()
        if path not in changed
    ]
    return "\n".join([*lines, *more, *left]) or "No file changed."


def _line(change: FileChange, purpose: str, *, documentation: bool = False) -> str:
    how = "new" if change.before is None else "deleted" if change.after is None else "changed"
    added, removed = line_counts(change)
    lines = f"+{added}" if change.before is None else f"−{removed}" if change.after is None else f"+{added} −{removed}"
    test = "the new tests" if change.before is None else "existing tests, as shown below"
    unsaid = "no longer needed" if change.after is None else "needed by the change"
    why = test if change.test else one_line(purpose, 240) or unsaid
    untested = " (documentation, of which no test can say anything)" if documentation else ""
    return f"- {inline_code(change.path, 160)} ({how}, {lines}): {why}{untested}"
