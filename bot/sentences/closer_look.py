"""What a closer look at the new tests showed: a table for ten seconds, and the details folded."""

from collections.abc import Iterator, Sequence

from bot.decisions.proof.reach import unreached_lines
from bot.decisions.proof.sentinels import is_told_by_base
from bot.decisions.proof.vacuity import red_by_absence, told
from bot.sentences.harmless import inline_code, one_line
from bot.words.coverage import Coverage
from bot.words.evidence import Evidence, Verdict
from bot.words.mutation import Fate, Mutation
from bot.words.tamper import WrongAnswers

#: Details that are listed one by one; more are counted.
LISTED = 20

_FATES = {
    Fate.KILLED: "noticed",
    Fate.TIMED_OUT: "noticed: the tests no longer ended",
    Fate.SURVIVED: "**not noticed**",
    Fate.NOT_TRIED: "not tried, the time was up",
}


def closer_look(evidence: Evidence, verdict: Verdict) -> str:
    """The table and the details; "" where nobody looked closer."""
    rows = list(_rows(evidence))
    parts = []
    if rows:
        parts.append("\n".join(["| The new tests themselves | |", "|---|---|", *rows]))
    if evidence.mutation and red_by_absence(evidence):
        parts.append(
            "**Red by absence:** without the change the new tests fail only because something is not there yet. What "
            f"it does is shown by the faults that they notice: {_noticed(evidence.mutation)}."
        )
    if verdict.flaky:
        parts.append(f"**Not blamed on the change:** {_named(verdict.flaky)} failed now and then without it, too.")
    if verdict.renamed:
        parts.append(f"**Compared by name alone:** {_named(verdict.renamed)}, whose ids are others each time.")
    details = list(_details(evidence))[: 2 * LISTED]
    if details:
        parts.append(f"<details><summary>{_summary(evidence)}</summary>\n\n" + "\n".join(details) + "\n\n</details>")
    return "\n\n".join(parts)


def repeated(evidence: Evidence) -> str:
    """Say how the runs of the closer look were made, with the seeds; "" where there were none."""
    if not evidence.repeats:
        return ""
    seeds = ", ".join(str(repeat.seed) for repeat in evidence.repeats)
    said = (
        f"- The new tests ran {len(evidence.repeats)} more times with the change, in the orders and with the hashes of "
        f"the seeds {seeds}, and once more without it."
    )
    if evidence.suite_again:
        said += "\n- The whole suite ran a second time with the change, in another sandbox."
    if evidence.collected:
        said += "\n- Which new tests there are was found out in a sandbox of its own, in which none of them ran."
    if evidence.wrong_answers and evidence.wrong_answers.tests:
        said += "\n- The new tests ran once more with an answer in each that can't be right."
    if evidence.sentinels and evidence.sentinels.on_patch:
        said += (
            "\n- Tamper check: two tests of mine with random names, one that has to pass and one that has to fail, "
            f"stood among the others in {len(evidence.sentinels.on_patch)} runs with the change."
        )
    mutation = evidence.mutation
    if mutation and mutation.tried:
        said += (
            f"\n- {len(mutation.tried)} copies of the change with one small fault each, in {mutation.seconds:.0f} "
            f"seconds of at most {mutation.box:.0f}: each in a sandbox of its own."
        )
    return said


def _rows(evidence: Evidence) -> Iterator[str]:
    mutation, coverage = evidence.mutation, evidence.coverage
    if mutation and mutation.mutants:
        yield f"| notice a fault that is put into a changed line | {_noticed(mutation)} |"
    if evidence.wrong_answers and evidence.wrong_answers.tests:
        yield f"| fail when their answer is made a wrong one | {_failed(evidence.wrong_answers)} |"
    if coverage and coverage.lines:
        yield f"| run the changed lines | {_run(coverage)} |"
    elif coverage and coverage.trouble:
        yield f"| run the changed lines | not measured: {one_line(coverage.trouble, 100)} |"
    if evidence.repeats:
        number = 1 + len(evidence.repeats)
        yield f"| say the same each time | {number} runs, {number - 1} of them in random order |"
    if evidence.suite_again:
        yield "| and so does the whole suite | 2 runs |"
    if evidence.sentinels and (evidence.sentinels.on_patch or evidence.sentinels.control):
        yield f"| tamper check | {_watched(evidence)} |"


def _failed(answers: WrongAnswers) -> str:
    return f"{sum(one.noticed for one in answers.tests)} of {len(answers.tests)}"


def _watched(evidence: Evidence) -> str:
    """How the tests of ours went that stood among the others."""
    runs = evidence.sentinels.on_patch if evidence.sentinels else ()
    if is_told_by_base(evidence):
        return "not possible: this repository runs no test that it does not know"
    bad = sum(not run.regular for run in runs)
    return f"**failed in {bad} of {len(runs)} runs**" if bad else f"held in {len(runs)} runs"


def _named(tests: Sequence[str]) -> str:
    more = f" and {len(tests) - LISTED} more" if len(tests) > LISTED else ""
    return ", ".join(inline_code(test, 160) for test in tests[:LISTED]) + more


def _noticed(mutation: Mutation) -> str:
    more = len(mutation.mutants) - len(mutation.tried)
    return f"{mutation.killed} of {len(mutation.tried)}" + (f" ({more} more not tried)" if more else "")


def _run(coverage: Coverage) -> str:
    branches = f", and {coverage.taken} of {coverage.ways} branches" if coverage.ways else ""
    return f"{coverage.covered} of {coverage.lines}{branches}"


def _summary(evidence: Evidence) -> str:
    survivors = len(evidence.mutation.survivors) if evidence.mutation else 0
    missed = evidence.coverage.lines - evidence.coverage.covered if evidence.coverage else 0
    parts = [f"{survivors} fault{'' if survivors == 1 else 's'}"] if survivors else []
    parts += [f"{missed} line{'' if missed == 1 else 's'} that they don't run"] if missed else []
    return f"What they miss: {' and '.join(parts)}" if parts else "The faults, and what became of them"


def _details(evidence: Evidence) -> Iterator[str]:
    if evidence.mutation:
        order = sorted(evidence.mutation.mutants, key=lambda mutant: mutant.fate is not Fate.SURVIVED)
        for mutant in order[:LISTED]:
            yield f"- {inline_code(told(mutant).replace('`', ''), 200)}: {_FATES[mutant.fate]}"
    for sentence in unreached_lines(evidence):
        yield f"- {one_line(sentence)}"
