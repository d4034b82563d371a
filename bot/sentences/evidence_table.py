"""The evidence as a table that is read in ten seconds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.sentences.harmless import inline_code, one_line
from bot.words.evidence import NewTest, Now, Red, Reproduced, Verdict

#: Rows of the table; further tests are counted.
ROWS = 15

#: What a new test is worth: red for want of the change, then green.
_SHOWS = frozenset({Red.ASSERTION, Red.MISSING})

_NOW = {Now.PASSES: "**passes now**", Now.FAILS: "**still fails**"}


def evidence_table(verdict: Verdict) -> str:
    """What showed the fault and each new test without and with the patch, then the existing tests before and after.

    Args:
        verdict: of one patch. Where it is not proven, the tests that speak against it come first.
    """
    return f"{_new_tests(verdict)}\n\n{suite_line(verdict)}"


def suite_line(verdict: Verdict) -> str:
    """Say "**Existing tests:** 41 passed before the change; 41 passed after it."."""
    before, after = counted(verdict.suite_before), counted(verdict.suite_after)
    if not verdict.suite_before and not verdict.suite_after:
        return "**Existing tests:** none."
    if set(verdict.suite_before) == {"passed"} and verdict.suite_before == verdict.suite_after:
        return f"**Existing tests:** all {before} before the change and after it."
    return f"**Existing tests:** {before} before the change; {after} after it."


def counted(counts: Mapping[str, int]) -> str:
    """Say "41 passed, 2 failed", the most first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number:,} {one_line(outcome, 40)}" for outcome, number in ordered[:8]) or "none"


def _new_tests(verdict: Verdict) -> str:
    if verdict.documentation:
        return "**No behaviour changed, and no new test is possible:** read it as prose."
    if not verdict.tests and not verdict.reproduced:
        return "No new test was measured."
    tests = list(verdict.tests) if verdict.proven else sorted(verdict.tests, key=_convinces)
    file = _only_file(tests)
    refined = any(test.former is not None for test in tests)
    head = [f"New test in {inline_code(file, 160)}" if file else "New test", "Without the change", "With the change"]
    head[2:2] = ["On the pull request before"] if refined else []
    rows = [_shown(one, refined=refined) for one in verdict.reproduced]
    rows += [_row(test, file, refined=refined) for test in tests[:ROWS]]
    table = "\n".join([_cells(head), "|---" * len(head) + "|", *map(_cells, rows)])
    return f"{table}\n\n{_rest(tests[ROWS:])}" if tests[ROWS:] else table


def _convinces(test: NewTest) -> tuple[bool, bool]:
    return test.patch == "passed", test.base in _SHOWS


def _only_file(tests: Sequence[NewTest]) -> str:
    """The file that all tests lie in: named once, it need not stand in every row. "" when there are several."""
    files = {test.id.partition("::")[0] for test in tests}
    return files.pop() if len(files) == 1 and all("::" in test.id for test in tests) else ""


def _row(test: NewTest, file: str, *, refined: bool) -> list[str]:
    detail = f": {one_line(test.detail, 120)}" if test.detail and test.base is not Red.GREEN else ""
    former = test.former.value if test.former else "not measured"
    return [
        inline_code(test.id.removeprefix(f"{file}::") if file else test.id, 160),
        f"{test.base.value}{detail}",
        *([former] if refined else []),
        one_line(test.patch, 40) or "did not run",
    ]


def _shown(one: Reproduced, *, refined: bool) -> list[str]:
    """The row of a test that showed the fault before anything was written; of a pull request's, that was there."""
    which = "An earlier reproduction, which the planner replaced" if one.replaced else "**The failing reproduction**"
    named = ", ".join(inline_code(test, 120) for test in one.tests[:3])
    failed = "failed when it was written" if one.now is Now.UNSURE else "fails"
    now = _NOW.get(one.now, one.now.value) + (f": {one_line(one.detail, 160)}" if one.detail else "")
    return [f"{which}: {named}", *(["not run"] if refined else []), f"{failed}: {one_line(one.base, 120)}", now]


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """A bar would end the cell, in a code span too (https://github.github.com/gfm/#tables-extension-)."""
    return text.replace("\\", "\\\\").replace("|", "\\|") if "\\|" in text else text.replace("|", "\\|")


def _rest(tests: Iterable[NewTest]) -> str:
    """Say "And 7 more: 6 × fails → passed; 1 × passes already → passed."."""
    pairs = Counter(f"{test.base.value} → {one_line(test.patch, 40) or 'did not run'}" for test in tests)
    listed = "; ".join(f"{number} × {pair}" for pair, number in pairs.most_common(8))
    return f"And {pairs.total()} more: {listed}."
