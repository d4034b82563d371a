"""The last word of a job: what came of it, and what a person can do now. Markdown of ours."""

from collections.abc import Sequence

from bot.decisions.testing.reproductions import best
from bot.sentences.advice import SIGNS, what_helps
from bot.sentences.closer_look import closer_look
from bot.sentences.evidence_table import evidence_table, suite_line
from bot.sentences.former import since
from bot.sentences.harmless import code_block, inline_code, one_line
from bot.words.attempt import Attempt
from bot.words.evidence import Evidence, Now, Red, Reproduced, Verdict
from bot.words.reproduction import Reproduction

#: Attempts that are listed, and characters of the failing test's text.
LISTED, FAILURE_LIMIT = 12, 6000

#: Of a test that shows the fault: characters of its text and of pytest's.
TEST_LIMIT, OUTPUT_LIMIT = 4000, 1500

#: Of one line of what a test printed.
LINE_LIMIT = 240

_CHEAPER = (
    "A smaller issue needs less. Or raise `budget` in `.github/intern.yml`, up to the limit of whoever "
    "runs me, and ask again."
)


#: Of a patch that no test can show.
DOCUMENTATION = (
    "Only documentation changed: no code and nothing that runs or is collected, so there is nothing that a new test "
    "could show."
)

_LATER = "The issue is not at fault. Ask again later; if it happens again, tell whoever runs me."


def proven(number: int, url: str, verdict: Verdict) -> str:
    """A pull request was opened.

    Args:
        number: the pull request; 0 for a local run.
        url: its address; the folder of the results for a local run.
        verdict: the proof.
    """
    if number:
        where = f"I opened draft pull request #{number}."
        then = "Review it as you would any other; to ask for changes, comment `/intern refine <what to change>` there."
    else:
        what = "ready" if verdict.documentation else "proven"
        where = f"The patch is {what}: {inline_code('patch.diff')} in {inline_code(url)}."
        then = "Please review it before you apply it."
    return f"**{where}** {shown(verdict)} {suite_line(verdict).replace('**', '')} {then}"


def refined(commit: str, verdict: Verdict, evidence: Evidence) -> str:
    """A commit was added to the pull request; with the fresh evidence."""
    what = f"I pushed commit {inline_code(commit[:7])}." if commit else "The change is done."
    parts = (
        f"**{what}** {shown(verdict)}",
        since(evidence, verdict),
        evidence_table(verdict),
        closer_look(evidence, verdict),
    )
    return "\n\n".join(part for part in parts if part)


def unproven(attempts: Sequence[Attempt], reproduction: Reproduction | None = None) -> str:
    """No attempt convinced: what was tried, a test that shows the fault, and what would help."""
    parts = (
        f"**I could not prove a change, so nothing was published.** {_number(attempts)}",
        _tried(attempts),
        _shown_fault(reproduction, attempts),
        _last_failure(attempts),
        _gaps(attempts),
        what_helps(attempts),
    )
    return "\n\n".join(part for part in parts if part)


def refused(why: str, reproduction: Reproduction | None = None) -> str:
    """This can't be worked on; `why` says what to do about it."""
    parts = (f"**I can't do this one.** {_sentence(why)}", _shown_fault(reproduction, ()))
    return "\n\n".join(part for part in parts if part)


def budget_spent(part: str, attempts: Sequence[Attempt], reproduction: Reproduction | None = None) -> str:
    """The budget ended first; `part` names what of it ("12 of 12 model calls")."""
    parts = (
        f"**The budget is used up, so nothing was published.** Spent: {_sentence(part)}",
        _tried(attempts),
        _shown_fault(reproduction, attempts),
        _last_failure(attempts),
        _CHEAPER,
    )
    return "\n\n".join(part for part in parts if part)


def day_spent(why: str, attempts: Sequence[Attempt], reproduction: Reproduction | None = None) -> str:
    """The day's budget ended first; `why` says whose, what of it, and when there is more."""
    parts = (
        f"**The budget of this day is used up, so nothing was published.** {_sentence(why)}",
        _tried(attempts),
        _shown_fault(reproduction, attempts),
        _last_failure(attempts),
    )
    return "\n\n".join(part for part in parts if part)


def stopped(why: str, attempts: Sequence[Attempt] = (), reproduction: Reproduction | None = None) -> str:
    """The job was stopped from outside."""
    parts = (
        f"**Stopped; nothing was published.** {_sentence(why)} To start over, ask again.",
        _tried(attempts),
        _shown_fault(reproduction, attempts),
    )
    return "\n\n".join(part for part in parts if part)


def failed(what: str, attempts: Sequence[Attempt], reproduction: Reproduction | None = None) -> str:
    """Our failure, the model's or GitHub's; `what` says what happened in one line."""
    parts = (
        f"**Something went wrong on my side; I published no pull request.** {_sentence(what)}",
        _tried(attempts),
        _shown_fault(reproduction, attempts),
        what_helps((), what) if any(sign in what for sign, _ in SIGNS) else _LATER,
    )
    return "\n\n".join(part for part in parts if part)


def tried(attempt: Attempt) -> str:
    """One attempt in one line: the trouble, or the first reason against it."""
    if attempt.verdict is None:
        found = one_line(attempt.trouble) or "it was not verified."
    elif attempt.verdict.proven:
        found = "proven."
    else:
        found = one_line(attempt.verdict.reasons[0]) if attempt.verdict.reasons else "not proven."
    candidate = f", candidate {attempt.candidate}" if attempt.candidate > 1 else ""
    model = f" ({inline_code(attempt.model)})" if attempt.model else ""
    return f"- Attempt {attempt.number}{candidate}{model}: {found}"


def _tried(attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return ""
    more = [f"- … and {len(attempts) - LISTED} before"] if len(attempts) > LISTED else []
    return "\n".join(["What I tried:", "", *more, *(tried(attempt) for attempt in attempts[-LISTED:])])


def _number(attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return "There was no attempt."
    number = len({attempt.number for attempt in attempts})
    tries = f" with {len(attempts)} candidates" if len(attempts) > number else ""
    return f"{number} attempts{tries}, none held." if number > 1 else f"One attempt{tries}, and it did not hold."


def _shown_fault(reproduction: Reproduction | None, attempts: Sequence[Attempt]) -> str:
    """The best test that fails without any change, to be taken over by whoever goes on."""
    found = best(reproduction, attempts)
    if found is None:
        return ""
    test = code_block(found.test, "python", TEST_LIMIT)
    seen = code_block(_narrow(found.output.strip() or found.failure), "text", OUTPUT_LIMIT)
    head = "<details><summary>A test that fails today, without any change</summary>"
    return f"{head}\n\nAs {inline_code(found.path)}:\n\n{test}\n\nIt says:\n\n{seen}\n\n</details>"


def _last_failure(attempts: Sequence[Attempt]) -> str:
    failures = next((a.verdict.failures for a in reversed(attempts) if a.verdict and a.verdict.failures), "")
    if not failures.strip():
        return ""
    block = code_block(_narrow(failures), "text", FAILURE_LIMIT)
    return f"<details><summary>The last failing test</summary>\n\n{block}\n\n</details>"


def _narrow(text: str) -> str:
    """With long lines cut: a test may have printed anything."""
    lines = (line if len(line) <= LINE_LIMIT else f"{line[:LINE_LIMIT]} […]" for line in text.split("\n"))
    return "\n".join(lines)


def _gaps(attempts: Sequence[Attempt]) -> str:
    """What the tests of the last attempt did not see."""
    verdict = next((attempt.verdict for attempt in reversed(attempts) if attempt.verdict), None)
    if verdict is None or not verdict.gaps:
        return ""
    lines = [f"- {one_line(gap)}" for gap in verdict.gaps[:LISTED]]
    lines += [f"- … and {len(verdict.gaps) - LISTED} more"] if len(verdict.gaps) > LISTED else []
    listed = "\n".join(lines)
    return f"<details><summary>What the new tests did not see</summary>\n\n{listed}\n\n</details>"


def shown(verdict: Verdict) -> str:
    """Say "3 new tests fail without the change and pass with it."."""
    if verdict.documentation:
        return DOCUMENTATION
    red = sum(test.base in (Red.ASSERTION, Red.MISSING) and test.patch == "passed" for test in verdict.tests)
    green = sum(test.base is Red.GREEN and test.patch == "passed" for test in verdict.tests)
    words = f"{red} new test{'' if red == 1 else 's'} fail{'s' if red == 1 else ''} without the change and "
    words += f"pass{'es' if red == 1 else ''} with it"
    words += f"; {green} more guard{'s' if green == 1 else ''} what worked already" if green else ""
    return " ".join(filter(None, [f"{words}.", *map(_reproduced, verdict.reproduced)]))


def _reproduced(one: Reproduced) -> str:
    """How a test goes that showed the fault before anything was written."""
    tests = ", ".join(inline_code(test, 120) for test in one.tests[:3])
    if one.replaced:
        if one.now is Now.PASSES:
            return ""
        what = f"**An earlier test that showed the fault ({tests}) does not pass**: {one_line(one.detail, 160)}."
        return f"{what} The planner replaced it by another one; read it first."
    if one.now is Now.PASSES:
        return f"The failing reproduction ({tests}) passes now."
    return f"The failing reproduction ({tests}) {one.now.value}: {one_line(one.detail, 160)}."


def _sentence(text: str) -> str:
    """Outside or library text as one harmless sentence with its full stop."""
    line = one_line(text, 1000) or "No reason was given."
    return line if line.endswith((".", "!", "?", "…")) else f"{line}."
