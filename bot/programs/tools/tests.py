"""run_tests: what pytest says about the snapshot, in a room."""

from bot.programs.tools.answer import cut, cut_middle
from sandbox.suite.report import SuiteReport, TestOutcome

BAD = (TestOutcome.FAILED, TestOutcome.ERROR)


def told(report: SuiteReport) -> str:
    """A run of pytest in a few lines: counts, then each failure with pytest's own words."""
    counts: dict[str, int] = {}
    for result in report.results:
        counts[result.outcome.value] = counts.get(result.outcome.value, 0) + 1
    total = ", ".join(f"{number} {outcome}" for outcome, number in counts.items()) or "no test ran"
    lines = [f"{total}; the run {report.outcome.value}."]
    lines += [f"{e.path} can't be collected: {e.exception}: {cut_middle(e.message, 600)}" for e in report.errors[:5]]
    bad = [result for result in report.results if result.outcome in BAD]
    lines += [f"{r.id} {r.outcome.value}: {r.exception}\n{cut_middle(r.message, 600)}" for r in bad[:5]]
    return cut("\n".join(lines))


def selected(selection: str) -> tuple[str, ...]:
    """A model's words as paths or node ids for pytest; options are dropped."""
    return tuple(word for word in selection.replace(",", " ").split() if not word.startswith("-"))[:20]
