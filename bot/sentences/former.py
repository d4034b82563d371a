"""What the tests of a refinement did on the pull request as it was: against the base commit all of it is new."""

from collections.abc import Iterable

from bot.decisions.proof.runs import irregularity
from bot.sentences.harmless import inline_code, one_line
from bot.words.evidence import Evidence, Red, Verdict

#: Tests that are named.
NAMED = 5


def since(evidence: Evidence, verdict: Verdict) -> str:
    """Say how many new tests fail there and pass now, or that none does; "" where nothing was refined."""
    former = evidence.former
    if former is None:
        return ""
    head = f"**Against the pull request as it was ({inline_code(former.commit[:7])}):**"
    own = f" Of its own tests not as they were: {_named(former.changed)}." if former.changed else ""
    if trouble := irregularity(former.new_tests):
        return f"{head} not known, the new tests {one_line(trouble, 200)}.{own}"
    red = [test for test in verdict.tests if test.former in (Red.ASSERTION, Red.MISSING) and test.patch == "passed"]
    if red:
        which = _named(test.id.partition("::")[2] or test.id for test in red)
        return f"{head} {len(red)} of {len(verdict.tests)} new tests fail there and pass now: {which}.{own}"
    return f"{head} no new test fails there, so none shows what was asked for last. Read that commit yourself.{own}"


def _named(names: Iterable[str]) -> str:
    listed = [inline_code(name, 120) for name in names]
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
