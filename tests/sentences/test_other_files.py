"""What a reader is told of documentation and deletions: what nobody could measure is said, and what went is shown."""

from bot.sentences import endings, findings
from bot.sentences.changed_files import changed_files
from bot.sentences.changed_tests import changed_tests
from bot.sentences.pull_request import pull_request_body
from bot.words.evidence import Verdict
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest, ModuleSpec, Plan
from tests.sentences import day

README = FileChange(path="README.md", before="# a\n", after="# a\n\nMore.\n")
DOCS = Patch(base=day.BASE, changes=(README,))
PLAN = Plan(
    summary="Say more.", modules=(ModuleSpec(path="README.md", purpose="say more"),), test_strategy="nothing to test"
)
VERDICT = Verdict(proven=True, documentation=True, suite_before={"passed": 4}, suite_after={"passed": 4}, score=1.0)


def test_a_pull_request_of_documentation_claims_no_proof() -> None:
    evidence = day.EVIDENCE.model_copy(
        update={"tests": (), "documentation": ("README.md",), "only_documentation": True, "repeats": ()}
    )
    body = pull_request_body(
        day.SOLVE, PLAN, DOCS, evidence, VERDICT, attempts=(), progress=day.PROGRESS, branch="intern/issue-12", notes=()
    )
    assert "Only documentation changed: no code and nothing that runs or is collected" in body
    assert "**No behaviour changed, and no new test is possible:** read it as prose." in body
    assert "**Existing tests:** all 4 passed before the change and after it." in body
    assert "say more (documentation, of which no test can say anything)" in body
    assert "Two runs of pytest" in body
    for claim in ("fail without the change", "What the new tests must show", "## Reproduce it", "Four runs"):
        assert claim not in body
    assert findings.verdict_found(VERDICT) == "documentation only; every existing test gives the same"
    assert "The patch is ready" in endings.proven(0, "out", VERDICT)


def test_what_was_planned_and_did_not_change_is_told() -> None:
    plan = PLAN.model_copy(update={"modules": (*PLAN.modules, ModuleSpec(path="NEWS.md", purpose="a line"))})
    assert "- `NEWS.md` was planned, but nothing changed in it: a line" in changed_files(DOCS, plan)


def test_tests_that_go_are_shown_as_they_were() -> None:
    test = "def test_rot():\n    assert rot() == 2\n"
    gone = FileChange(path="tests/test_old.py", before=test, after=None, test=True)
    removed = ChangedTest(test="tests/test_old.py::test_rot", reason="old goes", removed=True)
    told = changed_tests(
        Patch(base=day.BASE, changes=(gone,)), day.EVIDENCE.model_copy(update={"changed_tests": (removed,)})
    )
    assert told.startswith("## It takes these tests away\n")
    assert "- `tests/test_old.py::test_rot`: old goes" in told
    assert test in told
    assert "It changes what these tests promised" not in told
    plan = PLAN.model_copy(update={"modules": (ModuleSpec(path="pkg/old.py", purpose="", delete=True),)})
    assert findings.plan_found(plan) == "`pkg/old.py` (to be deleted)"
