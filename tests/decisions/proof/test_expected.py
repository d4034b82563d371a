"""Expected tests: new ones as they were found, existing ones that are gone, and ids that are others each time."""

import pytest

from bot.decisions.proof.judge import judge, newly_broken
from bot.words.evidence import Evidence
from sandbox.room import Outcome
from sandbox.suite.report import Collection
from tests.decisions.observations import NEW, OLD, but, result, run


def found(*ids: str, finished: bool = True) -> Collection:
    trouble = "" if finished else "pytest gave up with exit code 3"
    return Collection(outcome=Outcome.FINISHED, ids=ids, finished=finished, trouble=trouble)


ONE, TWO = f"{NEW}::one", f"{NEW}::two"


def test_new_tests_are_those_that_were_found_where_none_ran() -> None:
    assert judge(but(collected=found(ONE, TWO))).proven
    assert judge(but(collected=found(f"{ONE}[0.25]", TWO))).proven
    assert f"not there when nothing has run yet: {TWO}." in judge(but(collected=found(ONE))).reasons[0]
    assert f"did not run: {NEW}::three." in judge(but(collected=found(ONE, TWO, f"{NEW}::three"))).reasons[0]
    assert "exit code 3" in judge(but(collected=found(ONE, TWO, finished=False))).reasons[0]


A, B, SAD = result(f"{OLD}::a"), result(f"{OLD}::b"), result(f"{OLD}::sad", "failed")


@pytest.mark.parametrize(
    ("again", "how"),
    [
        (run(A, B, SAD), {}),
        (run(A, SAD), {f"{OLD}::b": "gone"}),
        (run(A, B), {f"{OLD}::sad": "gone"}),
        (run(A, B, result(f"{OLD}::sad", "skipped")), {f"{OLD}::sad": "skipped"}),
        (run(A, B, result(f"{OLD}::sad", "xfailed")), {f"{OLD}::sad": "xfailed"}),
        (run(A, B, result(f"{OLD}::sad")), {}),
        (run(A, result(f"{OLD}::b", "failed"), SAD), {f"{OLD}::b": "failed"}),
    ],
)
def test_the_second_run_of_the_suite_has_to_agree(again: object, how: dict[str, str]) -> None:
    evidence = but(suite_again=again)
    assert newly_broken(evidence) == how
    assert judge(evidence).proven == (not how)
    assert newly_broken(but(suite_on_patch=again)) == how


def test_a_second_run_that_did_not_end_by_itself_is_a_reason_of_its_own() -> None:
    evidence = but(suite_again=run(A, B, SAD).model_copy(update={"outcome": Outcome.TIMED_OUT}))
    assert judge(evidence).reasons == ("The existing tests, run again on the patch, timed out after 3 of 3 tests.",)


def moving(before: str, after: str, *, again: tuple[str, ...] = (f"{OLD}::r[3]",), was: str = "passed") -> Evidence:
    """A test whose value was 1 on the base commit, 2 on the patch, and 3 when it was looked for again."""
    return but(
        suite_on_base=run(A, result(f"{OLD}::r[1]", was)),
        suite_on_patch=run(A, *([result(after, before)] if after else [])),
        varying=found(f"{OLD}::a", *again),
    )


def test_a_test_whose_id_is_another_each_time_is_compared_by_its_name() -> None:
    evidence = moving("passed", f"{OLD}::r[2]")
    assert newly_broken(evidence.model_copy(update={"varying": None})) == {f"{OLD}::r[1]": "gone"}
    assert judge(evidence).proven
    assert judge(evidence).renamed == (f"{OLD}::r",)
    assert judge(moving("failed", f"{OLD}::r[2]", was="failed")).proven


@pytest.mark.parametrize(
    "evidence",
    [
        moving("failed", f"{OLD}::r[2]"),
        moving("skipped", f"{OLD}::r[2]"),
        moving("passed", ""),
        moving("passed", f"{OLD}::r[2]", again=()),
        moving("passed", f"{OLD}::r[2]", again=(f"{OLD}::r[1]", f"{OLD}::r[4]")),
        moving("passed", f"{OLD}::r[2]").model_copy(update={"varying": found(f"{OLD}::r[3]", finished=False)}),
    ],
    ids=["fails", "skipped", "gone", "not there again", "the same id again", "not found out"],
)
def test_another_id_is_no_excuse_for_less(evidence: Evidence) -> None:
    assert not judge(evidence).proven
