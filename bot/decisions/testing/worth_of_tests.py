"""Worth of tests: what new tests are worth, measured against a right answer that somebody else wrote. Pure."""

from collections.abc import Iterable

from bot.decisions.proof.new_tests import judge_new_tests
from bot.decisions.proof.runs import collection_errors, irregularity
from bot.decisions.proof.vacuity import types_unseen, unnoticed, vacuous
from bot.decisions.testing.blind_tests import blind_tests
from bot.words.evaluation import Evaluation
from bot.words.evidence import Evidence, NewTest, Red
from bot.words.patch import Patch
from sandbox.suite.report import TestOutcome

#: Characters of pytest's text about one failure, and of all feedback.
LONGEST_FAILURE, LONGEST = 1_000, 6_000

REDS = (Red.ASSERTION, Red.MISSING)


def shows_something(evidence: Evidence, patch: Patch) -> bool:
    """Whether it is worth while to try faults: a test fails without the answer and passes with it."""
    tests = judge_new_tests(evidence)
    return not any(_in_vain(evidence, patch, tests)) and not any(_bad(one) for one in tests)


def worth_of_tests(evidence: Evidence, patch: Patch) -> Evaluation:
    """The share of the tests that pass with the right answer, halved where they notice no fault in it.

    They are worth nothing where the judge would give nothing for them: none is red without the answer, they can't
    run, look at nothing, or pass whatever the answer does.

    Args:
        evidence: the new tests on the base and on the answer, with mutants where `shows_something`.
        patch: the answer with the new tests.
    """
    tests = judge_new_tests(evidence)
    vain = [*_in_vain(evidence, patch, tests), *(vacuous(evidence) if evidence.mutation else ())]
    right = sum(not _bad(one) for one in tests) / len(tests) if tests else 0.0
    told = "\n\n".join([*vain, *_told(evidence, tests), *unnoticed(evidence)])[:LONGEST]
    return Evaluation(share=0.0 if vain else right * (0.5 + 0.5 * _noticed(evidence)), feedback=told)


def _noticed(evidence: Evidence) -> float:
    mutation = evidence.mutation
    if mutation is None:
        return 0.0
    return mutation.killed / len(mutation.tried) if mutation.tried else 1.0


def _bad(test: NewTest) -> bool:
    return test.patch != TestOutcome.PASSED or test.base is Red.BROKEN


def _in_vain(evidence: Evidence, patch: Patch, tests: tuple[NewTest, ...]) -> Iterable[str]:
    for where, report in (("with", evidence.new_on_patch), ("without", evidence.new_on_base)):
        if trouble := irregularity(report):
            yield f"The tests, run {where} the right change, {trouble}."
    for error in collection_errors(evidence.new_on_patch).values():
        why = f"{error.exception}: {error.message[-LONGEST_FAILURE:]}"
        yield f"The tests can't be collected with the right change: {why}"
    yield from blind_tests(patch)
    yield from types_unseen(evidence)
    if not any(one.base in REDS and one.patch == TestOutcome.PASSED for one in tests):
        yield "No test fails without the right change and passes with it."


def _told(evidence: Evidence, tests: tuple[NewTest, ...]) -> Iterable[str]:
    said = {result.id: result.message for result in evidence.new_on_patch.results}
    for one in tests:
        if one.patch != TestOutcome.PASSED:
            how = one.patch or "did not run"
            yield f"{one.id} must pass with the right change: {how}. {said.get(one.id, '')[-LONGEST_FAILURE:]}".rstrip()
        elif one.base is Red.BROKEN:
            yield f"{one.id} is broken without the change: {one.detail}"
