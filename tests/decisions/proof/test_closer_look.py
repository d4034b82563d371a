"""What follows from a closer look: repeats, coverage, faults, and existing tests that are flaky by themselves."""

import pytest

from bot.decisions.proof.judge import has_promise, judge, newly_broken
from bot.decisions.testing.blind_tests import NOTHING
from bot.words.coverage import Coverage, FileCoverage
from bot.words.evidence import Evidence
from bot.words.mutation import Fate, Mutation, TriedMutant
from bot.words.repeat import Company, Disputed, Repeat
from sandbox.suite.report import SuiteReport, TestResult
from tests.decisions.observations import NEW, OLD, broken, but, proven, result, run

ONE, TWO = result(f"{NEW}::one"), result(f"{NEW}::two")
RED = result(f"{NEW}::one", "failed")


def faults(killed: int, survived: int = 0, untried: int = 0, control: str = "passed") -> Mutation:
    fates = [Fate.KILLED] * killed + [Fate.SURVIVED] * survived + [Fate.NOT_TRIED] * untried
    mutants = (TriedMutant(path="a.py", line=n, what=f"`{n}` became `x`", fate=fate) for n, fate in enumerate(fates))
    return Mutation(mutants=tuple(mutants), control=control)


def covered(*lines: int, of: tuple[int, ...] = (1, 2, 3), half: tuple[int, ...] = ()) -> Coverage:
    return Coverage(files=(FileCoverage(path="a.py", lines=of, covered=lines, ways=4, taken=2, half=half),))


@pytest.mark.parametrize(
    "mutation",
    [None, faults(0), faults(0, 2), faults(1, 4), faults(2, 4), faults(7, 13), faults(1, 1, untried=18)],
)
def test_faults_that_were_noticed_enough_or_are_too_few(mutation: Mutation | None) -> None:
    assert judge(but(mutation=mutation)).proven


@pytest.mark.parametrize(
    ("mutation", "words"),
    [
        (faults(0, 3), "pass whatever the changed lines do: none of 3 faults"),
        (faults(0, 20), "none of 20 faults"),
        (faults(1, 5), "only 1 of 6 faults"),
        (faults(6, 14), "only 6 of 20 faults"),
        (faults(20, control=f"{NEW}::one: failed"), "only spelled differently"),
        (faults(0, control=f"{NEW}::one: failed"), "only spelled differently"),
        (faults(0, 2, untried=18), "Of 20 faults in the changed lines only 2 could be tried"),
        (faults(0, untried=3), "Of 3 faults in the changed lines only 0 could be tried"),
    ],
)
def test_faults_that_go_unnoticed_prove_nothing(mutation: Mutation, words: str) -> None:
    verdict = judge(but(mutation=mutation))
    assert not verdict.proven
    assert words in verdict.reasons[0]


def test_where_only_a_name_was_missing_one_unnoticed_fault_is_enough() -> None:
    missing = run(errors=(broken(exception="ModuleNotFoundError", missing="tally.new"),))
    assert judge(but(new_on_base=missing, mutation=faults(1, 1))).proven
    for none in (None, faults(0)):
        assert "only because something is not there yet" in judge(but(new_on_base=missing, mutation=none)).reasons[0]
    assert not judge(but(new_on_base=missing, mutation=faults(0, 1))).proven
    assert judge(but(mutation=faults(0, 1))).proven


def test_a_fault_that_ends_no_more_is_noticed() -> None:
    late = faults(0, 3).model_copy(update={"mutants": tuple(one(Fate.TIMED_OUT, n) for n in range(3))})
    assert late.killed == 3
    assert judge(but(mutation=late)).proven


def one(fate: Fate, line: int) -> TriedMutant:
    return TriedMutant(path="a.py", line=line, what="`<` became `<=`", fate=fate)


def test_what_was_not_seen_is_food_for_the_next_attempt_alone() -> None:
    blind = judge(but(mutation=faults(0, 3), coverage=covered(1, half=(1,))))
    assert blind.gaps[0] == "a.py:0: `0` became `x`, and no new test failed."
    assert "a.py: no new test runs lines 2-3." in blind.gaps
    assert "a.py: the new tests go only some of the ways from line 1." in blind.gaps
    assert judge(but(mutation=faults(3, 3), coverage=covered(1))).gaps == ()


def test_changed_lines_that_never_run_prove_nothing_unless_a_fault_in_them_is_noticed() -> None:
    assert not judge(but(coverage=covered())).proven
    assert not judge(but(coverage=covered(), mutation=faults(0, 2))).proven
    # In a process that leaves no trace; and elsewhere, as in a line that runs when a file is imported.
    assert judge(but(coverage=covered(of=(0, 1)), mutation=faults(1, 2))).proven
    assert not judge(but(coverage=covered(of=(7,)), mutation=faults(1, 2))).proven
    assert judge(but(coverage=covered(2))).proven
    assert judge(but(coverage=covered(of=()))).proven
    assert judge(but(coverage=Coverage(trouble="something else was tracing"))).proven


@pytest.mark.parametrize(
    ("again", "words"),
    [
        (run(ONE, result(f"{NEW}::two", "failed")), f"{NEW}::two does not agree with itself: passed, then failed"),
        (run(ONE), f"{NEW}::two does not agree with itself: passed, then did not run"),
        (run(ONE, TWO).model_copy(update={"finished": False}), "ended irregularly"),
    ],
)
def test_a_new_test_that_does_not_pass_each_time_is_named_with_its_seed(again: SuiteReport, words: str) -> None:
    good = Repeat(seed=7, report=run(TWO, ONE))
    assert judge(but(repeats=(good, good))).proven
    verdict = judge(but(repeats=(good, Repeat(seed=8, report=again))))
    assert not verdict.proven
    assert words in verdict.reasons[0]
    assert "seed 8" in verdict.reasons[0]


def test_a_new_test_is_red_twice_and_of_the_same_kind() -> None:
    assert judge(but(again_on_base=run(RED, TWO))).proven
    for again in (run(ONE, TWO), run(RED, result(f"{NEW}::two", "failed")), run(errors=(broken(),))):
        assert "does not agree with itself on the base commit" in judge(but(again_on_base=again)).reasons[0]


A, B = result(f"{OLD}::a"), result(f"{OLD}::b")
B_RED, SAD = result(f"{OLD}::b", "failed"), result(f"{OLD}::sad", "failed")


def disputed(on_base: list[SuiteReport], on_patch: list[SuiteReport]) -> Evidence:
    asked = Disputed(tests=(f"{OLD}::b",), on_base=tuple(on_base), on_patch=tuple(on_patch))
    return but(suite_on_patch=run(A, B_RED, SAD), disputed=asked)


def test_a_test_that_is_flaky_without_the_patch_is_told_and_not_blamed_on_it() -> None:
    evidence = disputed([run(B), run(B_RED)], [run(B), run(B)])
    assert judge(evidence).proven
    assert judge(evidence).flaky == (f"{OLD}::b",)
    assert newly_broken(evidence) == {}


@pytest.mark.parametrize(
    ("on_base", "on_patch", "words"),
    [
        ([run(B), run(B)], [run(B_RED), run(B_RED)], f"{OLD}::b (failed)"),
        ([run(B), run(B)], [run(B), run(B)], f"{OLD}::b (failed, passed alone)"),
        ([run(B), run(B)], [run(B), run(B_RED)], f"{OLD}::b (failed, not each time)"),
        # It needs others to have run before it: that it fails alone says nothing.
        ([run(B_RED), run(B_RED)], [run(B_RED), run(B_RED)], f"{OLD}::b (failed)"),
        # A run that did not end by itself says nothing.
        ([run(B), run(B_RED).model_copy(update={"finished": False})], [run(B), run(B)], "passed alone"),
    ],
)
def test_a_test_that_is_steady_without_the_patch_is_blamed_on_it(
    on_base: list[SuiteReport], on_patch: list[SuiteReport], words: str
) -> None:
    verdict = judge(disputed(on_base, on_patch))
    assert not verdict.proven
    assert verdict.flaky == ()
    assert words in verdict.reasons[0]


def test_only_what_looks_good_so_far_is_worth_a_closer_look() -> None:
    assert has_promise(proven())
    assert has_promise(but(suite_on_patch=run(A, B_RED, SAD)))
    assert not has_promise(but(suspicions=("`a.py` ends the process",)))
    assert not has_promise(but(new_on_base=run(ONE, TWO)))


def test_evidence_of_an_earlier_version_still_loads() -> None:
    known = ("digest", "base", "tests", "provides", "new_on_base", "new_on_patch", "suite_on_base", "suite_on_patch")
    earlier = proven().model_dump(mode="json", include={*known, "suspicions", "sandbox"})
    assert judge(Evidence.model_validate(earlier)).proven


def among_others(on_base: list[SuiteReport], on_patch: list[SuiteReport], again: SuiteReport | None = None) -> Evidence:
    """A test that fails with the patch in the suite, and passes alone each time."""
    alone = Disputed(tests=(f"{OLD}::b",), on_base=(run(B), run(B)), on_patch=(run(B), run(B)))
    company = Company(tests=(f"{OLD}::b",), on_base=tuple(on_base), on_patch=tuple(on_patch))
    return but(suite_on_patch=run(A, B_RED, SAD), disputed=alone, company=company, suite_again=again)


WHOLE, WHOLE_RED = run(A, B, SAD), run(A, B_RED, SAD)


@pytest.mark.parametrize(
    ("on_base", "on_patch", "again"),
    [
        ([WHOLE_RED, WHOLE_RED], [WHOLE, WHOLE_RED], None),
        ([WHOLE_RED, WHOLE], [WHOLE], WHOLE_RED),
        ([WHOLE, WHOLE_RED], [], WHOLE),
    ],
)
def test_a_test_that_is_flaky_only_among_others_is_not_blamed_on_the_patch(
    on_base: list[SuiteReport], on_patch: list[SuiteReport], again: SuiteReport | None
) -> None:
    verdict = judge(among_others(on_base, on_patch, again))
    assert verdict.proven
    assert verdict.flaky == (f"{OLD}::b",)


@pytest.mark.parametrize(
    ("on_base", "on_patch"),
    [
        ([WHOLE, WHOLE], [WHOLE, WHOLE_RED]),  # now and then with the patch, never without
        ([WHOLE_RED, WHOLE], []),  # never seen to pass with the patch
        ([WHOLE_RED, WHOLE], [WHOLE_RED, WHOLE_RED]),
        ([WHOLE, WHOLE_RED.model_copy(update={"finished": False})], [WHOLE, WHOLE]),
        ([WHOLE, run(A, SAD)], [WHOLE, WHOLE]),  # gone is not failed
        ([], []),
    ],
)
def test_a_test_that_never_failed_without_the_patch_or_never_passed_with_it_is_the_patchs(
    on_base: list[SuiteReport], on_patch: list[SuiteReport]
) -> None:
    verdict = judge(among_others(on_base, on_patch))
    assert not verdict.proven
    assert verdict.flaky == ()
    assert f"{OLD}::b (failed, passed alone)" in verdict.reasons[0]


GAVE_NOTHING = result(f"{NEW}::one", "failed").model_copy(update={"message": "E  assert isinstance(None, str)"})
TYPE_OF_NOTHING = GAVE_NOTHING.model_copy(update={"message": "E  assert issubclass(<class 'NoneType'>, str)"})
RAISED = result(f"{NEW}::one", "failed", "ValueError")


def test_tests_that_only_ask_for_types_count_where_there_was_another_one_and_nothing_slips_through() -> None:
    assert judge(but(types_alone=True, mutation=faults(1))).proven
    for none in (None, faults(0), faults(0, untried=3)):
        assert NOTHING in judge(but(types_alone=True, mutation=none)).reasons[0]
    assert f"{NOTHING} Unnoticed: " in judge(but(types_alone=True, mutation=faults(9, 1))).reasons[0]


@pytest.mark.parametrize("before", [GAVE_NOTHING, TYPE_OF_NOTHING, RAISED])
def test_tests_that_only_ask_for_types_show_nothing_where_there_was_no_value(before: TestResult) -> None:
    blind = but(types_alone=True, mutation=faults(1), new_on_base=run(before, TWO))
    assert judge(blind).reasons == (NOTHING,)
    assert not has_promise(blind)
    assert judge(blind.model_copy(update={"types_alone": False})).proven
