"""Tests that showed the fault and are not in the change: they were measured, so a reader may see them."""

from bot.decisions.testing.kept_reproduction import not_kept
from bot.sentences.harmless import code_block, inline_code
from bot.words.evidence import Evidence
from bot.words.patch import Patch

#: Characters of one that are shown.
LONGEST = 4000


def left_out(patch: Patch, evidence: Evidence) -> str:
    """Each of them, folded; "" where all that they ask is among the new tests."""
    new = "\n\n".join(change.after for change in patch.changes if change.test and change.after is not None)
    parts = []
    for runs in evidence.reproductions:
        if names := not_kept(runs.reproduction.test, new):
            which = "replaced" if runs.replaced else "failing"
            head = f"<details><summary>The {which} reproduction, as it was</summary>"
            told = f"Of it, the new tests have not all of {', '.join(inline_code(name, 120) for name in names[:5])}."
            parts.append(f"{head}\n\n{told}\n\n{code_block(runs.reproduction.test, 'python', LONGEST)}\n\n</details>")
    return "\n\n".join(parts)
