"""One day's values: an issue about a duration parser, the plan, the patch and what was measured."""

from bot.words.attempt import Attempt
from bot.words.budget import Budget, Usage
from bot.words.coverage import Coverage, FileCoverage
from bot.words.day import DayBudget, DayUsage, Today
from bot.words.evidence import Evidence, FormerRuns, NewTest, Now, Red, Reproduced, ReproductionRuns, Verdict
from bot.words.job import Job, Kind, Person, Repository
from bot.words.mutation import Fate, Mutation, TriedMutant
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest, ModuleSpec, Plan
from bot.words.progress import Phase, Progress, State
from bot.words.repeat import Repeat
from bot.words.reproduction import Reproduction, Showing
from bot.words.tamper import SentinelRun, Sentinels, WrongAnswer, WrongAnswers
from sandbox.room import Outcome
from sandbox.suite.report import Collection, CollectionError, SuiteReport

BASE = "3f2a91c0d4e5f60718293a4b5c6d7e8f90a1b2c3"

ADA = Person(id=42, login="ada")
REPOSITORY = Repository(id=7, owner="acme", name="tempo", default_branch="main", installation=1)

SOLVE = Job(
    id="7-12-label-1",
    kind=Kind.SOLVE,
    repository=REPOSITORY,
    issue=12,
    title="parse() refuses weeks",
    body="`parse('2w')` raises ValueError.\n\nIt should give 14 days. @team please look, see #3.",
    requester=ADA,
)
REFINE = SOLVE.model_copy(
    update={"kind": Kind.REFINE, "pull": 13, "body": "", "request": "Accept a capital W, too.", "comment": 99}
)
LOCAL = SOLVE.model_copy(update={"issue": 0, "requester": Person(id=0, login="you")})

PLAN = Plan(
    summary="Add weeks to the table of units, so that parse() reads them.",
    modules=(ModuleSpec(path="tempo/durations.py", purpose="Knows the unit w, seven days."),),
    test_strategy="'2w' gives 14 days; an unknown unit is still refused.",
)
PATCH = Patch(
    base=BASE,
    changes=(
        FileChange(path="tempo/durations.py", before="UNITS = {'d': 1}\n", after="UNITS = {'d': 1, 'w': 7}\n"),
        FileChange(path="tests/test_issue_12.py", before=None, after="def test_weeks(): ...\n", test=True),
    ),
)
PROVEN = Verdict(
    proven=True,
    tests=(
        NewTest(
            id="tests/test_issue_12.py::test_weeks",
            base=Red.ASSERTION,
            patch="passed",
            detail="ValueError: unknown unit 'w'",
        ),
        NewTest(id="tests/test_issue_12.py::test_unknown_unit", base=Red.GREEN, patch="passed"),
    ),
    suite_before={"passed": 41, "skipped": 2},
    suite_after={"passed": 41, "skipped": 2},
    score=1.0,
)
UNPROVEN = Verdict(
    proven=False,
    reasons=("1 of 2 new tests did not pass on the patch: tests/test_issue_12.py::test_weeks (failed).",),
    tests=(
        NewTest(id="tests/test_issue_12.py::test_unknown_unit", base=Red.GREEN, patch="passed"),
        NewTest(id="tests/test_issue_12.py::test_weeks", base=Red.ASSERTION, patch="failed", detail="ValueError"),
    ),
    suite_before={"passed": 41},
    suite_after={"passed": 40, "failed": 1},
    failures="tests/test_issue_12.py::test_weeks: failed\nE   AssertionError: assert 7 == 14",
    score=0.8,
)
_HELD = SentinelRun(run="the new tests", passing="passed", failing="failed")
_AWAY = _HELD.model_copy(update={"passing": "", "failing": ""})
_RUN = SuiteReport(outcome=Outcome.FINISHED, finished=True)
EVIDENCE = Evidence(
    digest=PATCH.digest,
    base=BASE,
    tests=("tests/test_issue_12.py",),
    new_on_base=_RUN,
    new_on_patch=_RUN,
    suite_on_base=_RUN,
    suite_on_patch=_RUN,
    sandbox="docker, code-intern-sandbox:3.12, Python 3.12.4, no network",
    again_on_base=_RUN,
    repeats=(Repeat(seed=17, report=_RUN), Repeat(seed=4_000_000_000, report=_RUN), Repeat(seed=5, report=_RUN)),
    coverage=Coverage(
        files=(
            FileCoverage(
                path="tempo/durations.py", lines=(3, 9, 10, 11, 14), covered=(3, 9, 14), ways=4, taken=3, half=(9,)
            ),
        )
    ),
    mutation=Mutation(
        mutants=(
            TriedMutant(path="tempo/durations.py", line=9, what="`<` became `<=` in `a < b`", fate=Fate.KILLED),
            TriedMutant(path="tempo/durations.py", line=9, what="`while` | `x` became `False`", fate=Fate.TIMED_OUT),
            TriedMutant(path="tempo/durations.py", line=14, what="`7` became `8`", fate=Fate.SURVIVED),
            TriedMutant(path="tempo/durations.py", line=14, what="`'w'` became `''`", fate=Fate.NOT_TRIED),
        ),
        seconds=7.4,
        box=120.0,
    ),
    sentinels=Sentinels(on_patch=(_HELD.model_copy(update={"run": "the suite"}), _HELD, _HELD)),
    wrong_answers=WrongAnswers(
        tests=(
            WrongAnswer(test="tests/test_issue_12.py::test_weeks", what="`14` became `90`", outcome="failed"),
            WrongAnswer(test="tests/test_issue_12.py::test_days", what="`1` became `77`", outcome="error"),
        )
    ),
    collected=Collection(outcome=Outcome.FINISHED, finished=True),
    suite_again=_RUN,
)
#: As an earlier version stored it, with nothing but the four runs.
EARLIER = EVIDENCE.model_copy(
    update={"again_on_base": None, "repeats": (), "coverage": None, "mutation": None, "sentinels": None}
    | {"wrong_answers": None, "collected": None, "suite_again": None}
)
#: A new module, in a repository that runs only the tests that it knows.
BY_ABSENCE = EVIDENCE.model_copy(
    update={
        "provides": ("tempo.weeks",),
        "new_on_base": _RUN.model_copy(
            update={
                "errors": (
                    CollectionError(
                        path="tests/test_issue_12.py", exception="ImportError", message="", missing="tempo.weeks"
                    ),
                )
            }
        ),
        "new_on_patch": _RUN.model_copy(update={"collected": ("tests/test_issue_12.py::test_weeks",)}),
        "sentinels": Sentinels(on_patch=(_AWAY, _AWAY), control=_AWAY),
    }
)
#: The new tests pass and see nothing.
BLIND = PROVEN.model_copy(
    update={
        "proven": False,
        "reasons": ("The new tests pass whatever the changed lines do: none of 4 faults made a test fail.",),
        "gaps": ("tempo/durations.py:14: `7` became `8`, and no new test failed.",),
        "score": 0.9,
    }
)
FLAKY = PROVEN.model_copy(update={"flaky": ("tests/test_net.py::test_slow",)})
NO_PATCH = Attempt(number=1, trouble="The reply ended in the middle of a file.")
FELL = Attempt(number=2, patch=PATCH, verdict=UNPROVEN)
HELD = Attempt(number=3, patch=PATCH, verdict=PROVEN)

PROGRESS = (
    Progress(
        attempt=2,
        usage=Usage(calls=12, prompt_tokens=30_000, reply_tokens=4_000),
        budget=Budget(),
        minutes=3.25,
        model="ollama_chat/qwen2.5-coder:7b",
    )
    .mark(Phase.SNAPSHOT, State.DONE, "214 files, 81 of them Python, at `3f2a91c`")
    .mark(Phase.PREPARE, State.DONE, "41 passed, 2 skipped")
    .mark(Phase.PLAN, State.DONE, "`tempo/durations.py`")
    .mark(Phase.WRITE, State.DONE, "2 files, +3 −1 lines")
    .mark(Phase.VERIFY, State.RUNNING)
)
TODAY = Today(usage=DayUsage(jobs=3, minutes=41.0, calls=70, tokens=410_000, money=0.25), budget=DayBudget())
#: An existing test has another id each time.
RENAMED = PROVEN.model_copy(update={"renamed": ("tests/test_any.py::test_any",)})

REPRODUCED = Reproduction(
    path="tests/test_issue_12.py",
    test="from tempo import parse\n\n\ndef test_weeks():\n    assert parse('2w') == 1209600\n",
    showing=Showing.RAISED,
    failure="ValueError: unknown unit: w",
    output="E   ValueError: unknown unit: w\n\ntempo/durations.py:14: ValueError",
)
#: An existing test promises something else, as the plan says.
CHANGED_PATCH = PATCH.model_copy(
    update={
        "changes": (
            *PATCH.changes,
            FileChange(
                path="tests/test_units.py",
                before="import x\n\n\ndef test_week():\n    with raises(ValueError):\n        parse('2w')\n",
                after="import x\n\n\ndef test_week():\n    # ``` @team\n    assert parse('2w') == 14\n",
                test=True,
            ),
        )
    }
)
CHANGED = EVIDENCE.model_copy(
    update={
        "changed_tests": (
            ChangedTest(test="tests/test_units.py::test_week", reason="It promised\nan error for weeks, see #3."),
        )
    }
)

#: It showed the fault, and the new tests have less of it; an earlier one was replaced.
SEEN_AGAIN = EVIDENCE.model_copy(
    update={"reproductions": (ReproductionRuns(reproduction=REPRODUCED, on_base=_RUN, on_patch=_RUN),)}
)
_SHOWN = Reproduced(tests=("test_weeks",), base="ValueError: unknown unit 'w'", now=Now.PASSES)
_FAILS = _SHOWN.model_copy(update={"now": Now.FAILS, "detail": "AssertionError: assert 14 == 1209600"})
MENDED = PROVEN.model_copy(update={"reproduced": (_SHOWN,)})
REPLACED = PROVEN.model_copy(update={"reproduced": (_FAILS.model_copy(update={"replaced": True}), _SHOWN)})
UNMENDED = PROVEN.model_copy(
    update={
        "proven": False,
        "reasons": ("The test that showed the fault before any change still fails with it: test_weeks.",),
        "failures": "The test that showed the fault (test_weeks), as it was before any change:\nE   assert 14 == 120",
        "reproduced": (_FAILS,),
        "score": 0.86,
    }
)
UNUSABLE = PROVEN.model_copy(
    update={
        "reproduced": (
            _SHOWN.model_copy(
                update={"now": Now.GONE, "detail": "the change takes `tempo:parse` away, as the plan says"}
            ),
            _SHOWN.model_copy(update={"now": Now.UNSURE, "detail": "it does not fail without the change any more"}),
        )
    }
)
#: Of a refinement: one of its tests fails on the pull request as it was, or none does.
_FORMER = FormerRuns(commit="9d8c7b6a" + BASE[8:], new_tests=_RUN, changed=("test_days",))
SINCE = EVIDENCE.model_copy(update={"former": _FORMER})
REFINED = PROVEN.model_copy(
    update={
        "tests": tuple(
            test.model_copy(update={"former": former})
            for test, former in zip(PROVEN.tests, (Red.ASSERTION, Red.GREEN), strict=True)
        )
    }
)
UNSHOWN = REFINED.model_copy(
    update={"tests": tuple(test.model_copy(update={"former": Red.GREEN}) for test in PROVEN.tests)}
)
_LATE = _RUN.model_copy(update={"outcome": Outcome.TIMED_OUT})
NOT_KNOWN = SINCE.model_copy(update={"former": _FORMER.model_copy(update={"new_tests": _LATE, "changed": ()})})
