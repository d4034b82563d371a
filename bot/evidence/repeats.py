"""Repeats: run tests again, to learn whether they agree with themselves."""

import random
import secrets
from collections.abc import Sequence
from concurrent.futures import Executor

from bot.decisions.proof.runs import irregularity
from bot.decisions.proof.steadiness import outcomes
from bot.evidence.suite import Suites
from bot.words.repeat import Disputed, Repeat
from sandbox.files import Tree
from sandbox.suite.report import SuiteReport, TestOutcome

#: How often the new tests run again on the patch.
TIMES = 3

#: Runs of a disputed test on each side, and how many more on the base when it passes with the patch after all: a test
#: that fails one time in five is then seen to do so four times in five.
EACH, MORE = 2, 6

#: More than this don't fail by chance; and ids must fit the command that names them, in characters.
MOST_DISPUTED, LONGEST_COMMAND = 40, 60_000

MOST_SEED = 2**32 - 1  # of PYTHONHASHSEED


def repeat(suites: Suites, files: Tree, modules: Sequence[str], tests: Sequence[str]) -> Repeat:
    """The new tests once more in a fresh room, in a random order and with other hashes.

    The order is `random.Random(seed).shuffle(tests)`, the tests taken as pytest collected them. Where they can't be
    named one by one, the files run in their usual order.

    Args:
        suites: runs tests.
        files: the workspace.
        modules: the new test files.
        tests: ids of all new tests.

    Raises:
        SandboxError: no room could be had.
    """
    seed = 1 + secrets.randbelow(MOST_SEED)
    shuffled = list(tests)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order that can be had again, no secret
    if sum(map(len, tests)) <= LONGEST_COMMAND:
        report = suites.run(files, shuffled, seed=seed, workers=0)
        if set(report.collected) == set(tests):
            return Repeat(seed=seed, report=brief(report))
    return Repeat(seed=seed, report=brief(suites.run(files, modules, seed=seed, workers=0)))


def dispute(suites: Suites, on_base: Tree, on_patch: Tree, tests: Sequence[str], threads: Executor) -> Disputed | None:
    """Existing tests that a patch seems to break, alone and again on both sides; None where they are too many.

    Raises:
        SandboxError: no room could be had.
    """
    if len(tests) > MOST_DISPUTED or sum(map(len, tests)) > LONGEST_COMMAND:
        return None

    def run(files: Tree, times: int) -> tuple[SuiteReport, ...]:
        asked = [threads.submit(suites.run, files, tests, workers=0) for _ in range(times)]
        return tuple(brief(one.result()) for one in asked)

    base, patch = run(on_base, EACH), run(on_patch, EACH)
    if _by_chance(tests, patch) and not _by_chance(tests, base, TestOutcome.FAILED, TestOutcome.ERROR):
        base += run(on_base, MORE)
    return Disputed(tests=tuple(tests), on_base=base, on_patch=patch)


def together(first: Disputed | None, second: Disputed | None) -> Disputed | None:
    """Both looks at disputed tests as one."""
    if first is None or second is None:
        return first or second
    return Disputed(
        tests=(*first.tests, *second.tests),
        on_base=(*first.on_base, *second.on_base),
        on_patch=(*first.on_patch, *second.on_patch),
    )


def _by_chance(tests: Sequence[str], reports: Sequence[SuiteReport], *what: TestOutcome) -> bool:
    """Whether any of the tests came out like this at least once."""
    wanted = set(what or (TestOutcome.PASSED,))
    return any(wanted & set(outcomes(test, reports)) for test in tests)


def brief(report: SuiteReport) -> SuiteReport:
    """A report without what nobody reads: of a regular run what it printed, and what its passed tests said."""
    if irregularity(report):
        return report
    return report.model_copy(update={"text": ""})
