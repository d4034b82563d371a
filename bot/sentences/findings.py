"""What each phase found, in a few words for one line of the checklist."""

from collections import Counter
from collections.abc import Sequence

from bot.sentences.harmless import inline_code
from bot.words.evidence import Now, Red, Verdict
from bot.words.patch import FileChange, Patch
from bot.words.plan import Plan
from bot.words.reproduction import Reproduction
from bot.words.snapshot import Snapshot
from sandbox.suite.report import SuiteReport

#: Files that one line names.
NAMED = 3


def snapshot_found(snapshot: Snapshot) -> str:
    """Say "214 files, 81 of them Python, at 3f2a91c"."""
    python = sum(path.endswith(".py") for path in snapshot.files)
    left_out = f"; left out: {', '.join(snapshot.notes)}" if snapshot.notes else ""
    return f"{len(snapshot.files)} files, {python} of them Python, at `{snapshot.commit[:7]}`{left_out}"


def suite_found(report: SuiteReport, needed: Sequence[str] = ()) -> str:
    """Say "41 passed, 2 failed", or that there are none, and which files said what to install for them."""
    counts = Counter(result.outcome.value for result in report.results)
    words = [f"{number} {outcome}" for outcome, number in sorted(counts.items(), key=lambda item: -item[1])]
    if report.errors:
        words.append(f"{len(report.errors)} files not importable")
    found = ", ".join(words) or "no tests yet"
    named = ", ".join(inline_code(path, 80) for path in needed[:NAMED])
    return f"{found}; installed what {named} asks for" if named else found


def plan_found(plan: Plan, reproduction: Reproduction | None = None) -> str:
    """The files that the plan names, and how the fault was seen before: "`a.py`; the fault was seen: `KeyError: 1`"."""
    files = ", ".join(f"`{spec.path}`{' (to be deleted)' if spec.delete else ''}" for spec in plan.modules)
    return f"{files}; the fault was seen: {inline_code(reproduction.failure, 120)}" if reproduction else files


def patch_found(patch: Patch | None) -> str:
    """Say "2 files, +41 −3 lines"."""
    if patch is None:
        return "nothing usable"
    counts = [line_counts(change) for change in patch.changes]
    added, removed = sum(count[0] for count in counts), sum(count[1] for count in counts)
    files = "1 file" if len(patch.changes) == 1 else f"{len(patch.changes)} files"
    return f"{files}, +{added} −{removed} lines"


def line_counts(change: FileChange) -> tuple[int, int]:
    """Lines added and removed by one change."""
    before, after = Counter((change.before or "").splitlines()), Counter((change.after or "").splitlines())
    return (after - before).total(), (before - after).total()


def verdict_found(verdict: Verdict) -> str:
    """Say "3 new tests, red before and green after; nothing else broke", or the first reason against it."""
    if verdict.proven and verdict.documentation:
        return "documentation only; every existing test gives the same"
    if verdict.proven:
        red = sum(test.base is not Red.GREEN for test in verdict.tests)
        shown = any(one.now is Now.PASSES and not one.replaced for one in verdict.reproduced)
        passes = "; the failing reproduction passes now" if shown else ""
        return f"{red} new test{'s' if red > 1 else ''} red before and green after{passes}; nothing else broke"
    return verdict.reasons[0] if verdict.reasons else "not proven"
