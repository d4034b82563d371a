"""What holds of every verdict, whatever the evidence."""

from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.proof.judge import judge
from bot.words.evidence import Evidence
from sandbox.suite.report import SuiteReport, TestOutcome
from tests.decisions.observations import NEW, OLD, broken, but, result, run

BAD = st.sampled_from([outcome for outcome in TestOutcome if outcome is not TestOutcome.PASSED])


@given(
    new=st.integers(1, 6),
    old=st.integers(1, 6),
    bad=BAD,
    data=st.data(),
)
def test_any_single_downgrade_of_proven_evidence_is_not_proven(
    new: int, old: int, bad: TestOutcome, data: st.DataObject
) -> None:
    fresh = [f"{NEW}::n{number}" for number in range(new)]
    known = [f"{OLD}::o{number}" for number in range(old)]
    evidence = Evidence(
        digest="d",
        base="b",
        tests=(NEW,),
        new_on_base=run(*(result(test, "failed") for test in fresh)),
        new_on_patch=run(*map(result, fresh)),
        suite_on_base=run(*map(result, known)),
        suite_on_patch=run(*map(result, known)),
    )
    assert judge(evidence).proven
    name = data.draw(st.sampled_from(["new_on_patch", "suite_on_patch"]))
    report: SuiteReport = getattr(evidence, name)
    at = data.draw(st.integers(0, len(report.results) - 1))
    victim = report.results[at]
    others = report.results[:at] + report.results[at + 1 :]
    vanished = data.draw(st.booleans())
    if vanished and name == "new_on_patch" and len(others):
        others, vanished = (
            (*others, result(victim.id, bad.value)),
            False,
        )  # a new test may not be known elsewhere
    elif not vanished:
        others = (*others, result(victim.id, bad.value))
    verdict = judge(evidence.model_copy(update={name: run(*others)}))
    assert not verdict.proven
    assert verdict.reasons


@st.composite
def reports(draw: st.DrawFn, path: str) -> SuiteReport:
    names = draw(st.lists(st.sampled_from("abcd"), unique=True, max_size=4))
    results = [result(f"{path}::{name}", draw(st.sampled_from(TestOutcome)).value) for name in names]
    errors = draw(st.lists(st.builds(broken, st.sampled_from([path, "tests/test_else.py"])), max_size=1))
    report = run(*results, errors=tuple(errors))
    return report.model_copy(update={"finished": draw(st.integers(0, 9)) > 0})


@given(reports(NEW), reports(NEW), reports(OLD), reports(OLD))
def test_the_score_is_one_exactly_when_proven_and_only_then_are_there_no_reasons(
    new_base: SuiteReport, new_patch: SuiteReport, base: SuiteReport, patch: SuiteReport
) -> None:
    verdict = judge(but(new_on_base=new_base, new_on_patch=new_patch, suite_on_base=base, suite_on_patch=patch))
    assert verdict.proven == (verdict.score == 1.0) == (not verdict.reasons)
    assert 0.0 <= verdict.score <= 1.0
    assert len(verdict.failures) <= 4000
