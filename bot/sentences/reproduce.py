"""Commands that repeat the proof on a person's own machine."""

import shlex
from collections.abc import Sequence

from bot.sentences.harmless import code_block
from bot.words.evidence import Evidence

#: Test files that a command names; pytest finds the rest by itself.
NAMED = 10


def reproduce(evidence: Evidence, branch: str) -> str:
    """The new tests with the change, then the same tests without it.

    Args:
        evidence: names the base commit and the new test files.
        branch: where the commit is; "" for a local run, which has only `patch.diff`.
    """
    tests = _words(evidence.tests)
    run = f"python -m pytest {tests}".rstrip()
    if branch:
        green = [f"git fetch origin {_words([branch])}", "git checkout FETCH_HEAD", run]
        red = [f"git checkout {_words([evidence.base])}", f"git checkout FETCH_HEAD -- {tests}", run]
        return _both(("With the change the new tests pass", green), ("Without it, not all of them", red))
    only = " ".join(f"--include={word}" for word in map(_word, evidence.tests[:NAMED]))
    rest = only.replace("--include=", "--exclude=")
    red = [f"git apply {only} patch.diff", run]
    green = [f"git apply {rest} patch.diff", run]
    return _both(("The new tests alone fail", red), ("With the rest of the patch they pass", green))


def _both(*blocks: tuple[str, list[str]]) -> str:
    return "\n\n".join(f"{title}:\n\n{code_block(chr(10).join(lines), 'sh')}" for title, lines in blocks)


def _words(words: Sequence[str]) -> str:
    return " ".join(map(_word, words[:NAMED]))


def _word(word: str) -> str:
    """One word for a shell that people paste into; a line end in it could run something."""
    return shlex.quote(" ".join(word.split())[:200])
