"""When attempts speak against the plan, and when they only speak against what was written."""

from bot.decisions.astray import astray, fault_beside
from bot.words.attempt import Attempt
from bot.words.evidence import NewTest, Now, Red, Reproduced, Verdict
from bot.words.plan import ModuleSpec, Plan
from sandbox.files import File

FILES = {path: File(b"x = 1\n" * 20) for path in ("pkg/a.py", "pkg/b.py", "tests/test_new.py")}
PLAN = Plan(summary="Mend a.", modules=(ModuleSpec(path="pkg/a.py", purpose="p"),), test_strategy="t")
TEST = "tests/test_new.py::test_x"
DEEP = f"{TEST}: failed\ntests/test_new.py:3: in test_x\npkg/a.py:4: in run\npkg/b.py:7: in feed\nE   KeyError: 1"


def attempt(base: Red, patch: str, failures: str = "", number: int = 1) -> Attempt:
    row = NewTest(id=TEST, base=base, patch=patch)
    return Attempt(number=number, verdict=Verdict(proven=False, tests=(row,), failures=failures))


def learned(*attempts: Attempt, reproduced: bool = False, doubted: bool = False) -> str:
    return astray(attempts, PLAN, FILES, reproduced=reproduced, doubted=doubted)


def test_an_error_that_comes_from_another_file_is_told_with_its_place() -> None:
    told = learned(attempt(Red.ASSERTION, "failed", DEEP))
    assert told.startswith("An earlier plan was to change pkg/a.py: Mend a.")
    assert "the error comes from pkg/b.py, line 7 (feed)." in told
    assert "E   KeyError: 1" in told


def test_an_error_in_the_plans_own_file_or_in_the_test_is_for_the_next_attempt() -> None:
    own = DEEP.replace("pkg/b.py:7: in feed\n", "")
    assert learned(attempt(Red.ASSERTION, "failed", own)) == ""
    assert (
        learned(attempt(Red.ASSERTION, "failed", f"{TEST}: failed\ntests/test_new.py:3: in test_x\nE   assert 1")) == ""
    )
    assert fault_beside(attempt(Red.ASSERTION, "passed", DEEP), PLAN, FILES) == "", "only the suite fails"


def test_what_passes_already_is_doubted_sooner_where_the_planner_could_not_show_it() -> None:
    green = attempt(Red.GREEN, "passed")
    assert learned(green) == ""
    assert "pass without any change" in learned(green, doubted=True)
    assert TEST in learned(green, green)
    assert learned(green, green, reproduced=True, doubted=True) == "", "then the tests are to blame"


def test_where_only_what_showed_the_fault_is_in_the_way_twice_the_planner_looks_at_it_again() -> None:
    fault = Reproduced(tests=("test_x",), base="assert 1", now=Now.FAILS, detail="assert 1")

    def still(number: int, *more: str, replaced: bool = False) -> Attempt:
        seen = (fault.model_copy(update={"replaced": replaced}),)
        row = NewTest(id=TEST, base=Red.ASSERTION, patch="passed")
        verdict = Verdict(
            proven=False, reasons=("It fails.", *more), tests=(row,), failures="E   assert 1", reproduced=seen
        )
        return Attempt(number=number, verdict=verdict)

    assert learned(still(1), reproduced=True) == "", "first whoever wrote the half of it writes the rest"
    told = learned(still(1), still(2), reproduced=True)
    assert "show the fault by another one" in told
    assert "E   assert 1" in told
    assert learned(still(1), still(2, "Another test fails."), reproduced=True) == ""
    assert learned(still(1, replaced=True), still(2, replaced=True), reproduced=True) == ""


def test_the_models_word_counts() -> None:
    assert "It is in b." in learned(Attempt(number=1, trouble="It is in b.", elsewhere=True))
    assert learned(Attempt(number=1, trouble="It is in b.")) == learned() == ""
