"""Astray: whether an attempt shows that the plan looks at the wrong place, so that planning again is worth more.

A plan is made before anything was tried. Its attempts may show that the fault is in a file that it doesn't name, or
that what it says of the fault is not so, or that the test by which it was seen is in the way of every change; then
writing the same files again leads nowhere.
"""

from collections.abc import Sequence

from bot.decisions.map.frames import frames_in, located
from bot.decisions.proof.protection import is_test_path
from bot.decisions.proof.reproduced import stands_alone
from bot.words.attempt import Attempt
from bot.words.evidence import Red
from bot.words.plan import Plan
from sandbox.files import Tree

#: Attempts whose new tests all pass without the change, after which the plan is doubted; one will do where the
#: planner tried to show the fault and could not. Likewise those in whose way only the test stands that showed it.
IN_VAIN = 2

STILL = (
    "With it everything else holds, but the test that showed the fault still fails. If that test is right, the plan is "
    "half of one. If it asks for what the issue does not, show the fault by another one."
)

LONGEST_REASON, LONGEST_FAILURE, LONGEST_SUMMARY = 500, 900, 400


def astray(attempts: Sequence[Attempt], plan: Plan, files: Tree, *, reproduced: bool, doubted: bool) -> str:
    """What was learned, in words for the planner; "" where nothing speaks against the plan.

    Args:
        attempts: those at this plan, the last one last; none is proven.
        plan: that they follow.
        files: the repository.
        reproduced: whether a test showed the fault before.
        doubted: whether the planner tried to show it, and every such test passed.
    """
    last = attempts[-1] if attempts else None
    if last is None:
        return ""
    if last.elsewhere:
        return _told(plan, last.trouble)
    if place := fault_beside(last, plan, files):
        return _told(plan, f"With it the new tests still fail, and the error comes from {place}.", _failures(last))
    alone = [one for one in attempts if one.verdict and stands_alone(one.verdict)]
    if last in alone and len(alone) >= IN_VAIN:
        return _told(plan, STILL, _failures(last))
    passing = [one for one in attempts if _all_pass_already(one)]
    if last in passing and not reproduced and len(passing) >= (1 if doubted else IN_VAIN):
        tests = ", ".join(test.id for test in last.verdict.tests[:5]) if last.verdict else ""
        return _told(plan, f"The tests of it pass without any change, so what it says of the fault is not so: {tests}.")
    return ""


def fault_beside(attempt: Attempt, plan: Plan, files: Tree) -> str:
    """Where the failure of a new test comes from, as "pkg/b.py, line 7 (feed)", if the plan names another file.

    The last frame in the repository's own code counts; an assertion of the test's own comes from nowhere.
    """
    verdict = attempt.verdict
    if verdict is None or all(test.patch == "passed" for test in verdict.tests):
        return ""
    frames = [pair for pair in located(frames_in(verdict.failures), files) if not is_test_path(pair[0])]
    if not frames or frames[-1][0] in {spec.path for spec in plan.modules}:
        return ""
    path, frame = frames[-1]
    return f"{path}, line {frame.line}" + (f" ({frame.function})" if frame.function else "")


def _all_pass_already(attempt: Attempt) -> bool:
    """Whether every new test passes on the base commit and on the patch: they show nothing."""
    tests = attempt.verdict.tests if attempt.verdict else ()
    return bool(tests) and all(test.base is Red.GREEN and test.patch == "passed" for test in tests)


def _failures(attempt: Attempt) -> str:
    return attempt.verdict.failures[:LONGEST_FAILURE] if attempt.verdict else ""


def _told(plan: Plan, what: str, failures: str = "") -> str:
    files = ", ".join(spec.path for spec in plan.modules)
    parts = [
        f"An earlier plan was to change {files}: {plan.summary[:LONGEST_SUMMARY]}",
        f"It was tried, and did not hold. {what[:LONGEST_REASON]}",
        failures.strip(),
        "Look elsewhere, or plan otherwise.",
    ]
    return "\n".join(part for part in parts if part)
