"""Fix: a change of a repository's history, as an exercise. Pure: what is asked is its words, never its diff."""

import re
from collections.abc import Iterable, Sequence

from bot.decisions.proof.protection import is_test_module, is_test_path
from bot.trial.tasks import tests_of
from bot.words.exercise import Exercise, ExerciseKind
from bot.words.patch import FileChange

#: A change of more files than this is no fix that one issue would ask for.
MOST_FILES = 20

#: Lines at the end of a commit's message that are for machines: https://git-scm.com/docs/git-interpret-trailers
_TRAILER = re.compile(r"^[A-Za-z][A-Za-z-]*(-by|-Id|-id|-on): ?\S.*$")

#: The first line of a merge's message says nothing; GitHub writes the pull request's title below it.
_MERGE = re.compile(r"^Merge (pull request #\d+ from \S+|branch .*|remote-tracking branch .*)$")

#: https://docs.github.com/issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue
_CLOSES = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d{1,9})\b", re.IGNORECASE)


def is_fix(paths: Iterable[str]) -> bool:
    """Whether a change of these paths touches code as well as tests of it, and not too much."""
    changed = list(paths)
    code = any(path.endswith(".py") and not is_test_path(path) for path in changed)
    return code and any(is_test_module(path) for path in changed) and len(changed) <= MOST_FILES


def fix_exercise(
    sha: str, base: str, words: tuple[str, str], changes: Sequence[FileChange], *, place: str, source: str
) -> Exercise | None:
    """The exercise of one fix; None where it has no words or no tests.

    Args:
        sha: of the commit that fixed it.
        base: of its parent, where the work starts.
        words: title and text of what was asked.
        changes: what the commit changed.
        place: where the files are.
        source: what to name as its origin.
    """
    hidden = {one.path: one.after for one in changes if one.after is not None and is_test_path(one.path)}
    must_pass = tuple(tests_of(hidden))
    title, body = words
    if not must_pass or not title.strip():
        return None
    return Exercise(
        name=sha[:12],
        kind=ExerciseKind.HISTORY,
        title=title.strip()[:256],
        body=body.strip(),
        place=place,
        base=base,
        hidden=hidden,
        must_pass=must_pass,
        source=source,
    )


def words_of(message: str) -> tuple[str, str]:
    """Title and text of a commit's message, without what machines wrote into it."""
    lines = [line.rstrip() for line in message.strip().splitlines() if not _TRAILER.match(line)]
    if lines and _MERGE.match(lines[0]):
        lines = "\n".join(lines[1:]).strip().splitlines()
    title, *rest = lines or [""]
    return title, "\n".join(rest).strip()


def closed_issue(text: str) -> int:
    """Number of the first issue that these words close ("fixes #12"); 0 for none."""
    found = _CLOSES.search(text)
    return int(found.group(1)) if found else 0
