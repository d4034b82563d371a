"""What a change makes existing tests promise instead: shown apart, because a reader has to agree with it."""

from collections.abc import Iterator, Mapping, Sequence

from bot.decisions.testing.changed_tests import file_of, text_of
from bot.sentences.harmless import code_block, inline_code, one_line
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest

#: Characters of one test that are shown.
LONGEST = 1500

HEAD = (
    "## It changes what these tests promised\n\nThe plan says so; nothing else in their files changed. As they were "
    "they fail with the change, as they are now they fail without it."
)


REMOVED = (
    "## It takes these tests away\n\nThe plan says so: they use what it deletes. As they were, none of them passes "
    "with the change, and nothing that has the same name is added elsewhere."
)

#: Tests that are shown one by one.
MOST_REMOVED = 10


def changed_tests(patch: Patch, evidence: Evidence, limit: int = LONGEST) -> str:
    """Each changed test with the reason, as it was and as it is, folded, then those that go; "" where there are none.

    Args:
        patch: what changed.
        evidence: says which tests.
        limit: characters of one test that are shown.
    """
    if not evidence.changed_tests:
        return ""
    changes = {change.path: change for change in patch.changes}
    staying = [one for one in evidence.changed_tests if not one.removed]
    parts = [HEAD] if staying else []
    for one in staying:
        change = changes.get(file_of(one.test))
        old = text_of(change.before or "", one.test) if change else None
        new = text_of(change.after or "", one.test) if change else None
        parts.append(
            f"- {inline_code(one.test, 200)}: {one_line(one.reason, 300) or 'no reason was given'}\n\n"
            f"<details><summary>As it was, and as it is now</summary>\n\n{code_block(old or '', 'python', limit)}\n\n"
            f"{code_block(new or '', 'python', limit)}\n\n</details>"
        )
    return "\n\n".join([*parts, *_removed([one for one in evidence.changed_tests if one.removed], changes, limit)])


def _removed(tests: Sequence[ChangedTest], changes: Mapping[str, FileChange], limit: int) -> Iterator[str]:
    if not tests:
        return
    yield REMOVED
    for one in tests[:MOST_REMOVED]:
        change = changes.get(file_of(one.test))
        old = text_of(change.before or "", one.test) if change else None
        yield (
            f"- {inline_code(one.test, 200)}: {one_line(one.reason, 300) or 'no reason was given'}\n\n"
            f"<details><summary>As it was</summary>\n\n{code_block(old or '', 'python', limit)}\n\n</details>"
        )
    if rest := tests[MOST_REMOVED:]:
        yield "And " + ", ".join(inline_code(one.test, 200) for one in rest)
