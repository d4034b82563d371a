"""What a closer look at the new tests showed: a table for ten seconds, and the details folded."""

from collections.abc import Iterator

from bot.decisions.reach import unreached_lines
from bot.decisions.vacuity import told
from bot.sentences.harmless import inline_code, one_line
from bot.words.coverage import Coverage
from bot.words.evidence import Evidence, Verdict
from bot.words.mutation import Fate, Mutation

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
    if verdict.flaky:
        named = ", ".join(inline_code(test, 160) for test in verdict.flaky[:LISTED])
        parts.append(f"**Not blamed on the change:** {named} failed now and then without it, too.")
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
    if coverage and coverage.lines:
        yield f"| run the changed lines | {_run(coverage)} |"
    elif coverage and coverage.trouble:
        yield f"| run the changed lines | not measured: {one_line(coverage.trouble, 100)} |"
    if evidence.repeats:
        number = 1 + len(evidence.repeats)
        yield f"| say the same each time | {number} runs, {number - 1} of them in random order |"


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
