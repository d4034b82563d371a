"""The files of a patch, each with what it is for."""

from bot.sentences.findings import line_counts
from bot.sentences.harmless import inline_code, one_line
from bot.words.patch import FileChange, Patch
from bot.words.plan import Plan

#: Files that are listed; further ones are counted.
LISTED = 20


def changed_files(patch: Patch, plan: Plan) -> str:
    """One line per file: how it changed, and its purpose by the plan."""
    purposes = {spec.path: spec.purpose for spec in plan.modules}
    lines = [_line(change, purposes.get(change.path, "")) for change in patch.changes[:LISTED]]
    more = [f"- … and {len(patch.changes) - LISTED} more files"] if len(patch.changes) > LISTED else []
    return "\n".join([*lines, *more]) or "No file changed."


def _line(change: FileChange, purpose: str) -> str:
    how = "new" if change.before is None else "deleted" if change.after is None else "changed"
    added, removed = line_counts(change)
    lines = f"+{added}" if change.before is None else f"−{removed}" if change.after is None else f"+{added} −{removed}"
    test = "the new tests" if change.before is None else "existing tests, as shown below"
    why = test if change.test else one_line(purpose, 240) or "needed by the change"
    return f"- {inline_code(change.path, 160)} ({how}, {lines}): {why}"
