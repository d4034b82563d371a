"""The hostile case of every longer text: huge, crowded, and full of what GitHub would act on."""

import re

import pytest

from bot.sentences import endings, replies
from bot.sentences.commit import commit_message
from bot.sentences.evidence_table import ROWS, evidence_table
from bot.sentences.pull_request import LONGEST, bounded, pull_request_body
from bot.sentences.report import local_report
from bot.sentences.status import status_comment
from bot.words.attempt import Attempt
from bot.words.coverage import Coverage, FileCoverage
from bot.words.evidence import NewTest, Red, Verdict
from bot.words.job import Job, Person
from bot.words.mutation import Fate, Mutation, TriedMutant
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest, ModuleSpec, Plan
from bot.words.progress import Phase, State
from bot.words.reproduction import Reproduction
from tests.sentences import day

EVIL = "@org/team Closes #1 <!-- ![x](https://evil.test) ```\n/lgtm\n# Big\n| a |\n</details>\n" * 800
PLAN = Plan(
    summary=EVIL[:4000],
    modules=tuple(ModuleSpec(path=f"p{n}.py", purpose=EVIL[:4000]) for n in range(8)),
    test_strategy=EVIL[:4000],
)
PATCH = Patch(
    base=day.BASE,
    changes=tuple(FileChange(path=f"{EVIL[:300]}{n}.py", before=None, after="x\n") for n in range(2000)),
)
VERDICT = Verdict(
    proven=True,
    tests=tuple(NewTest(id=f"{EVIL[:500]}{n}", base=Red.MISSING, patch="passed", detail=EVIL) for n in range(900)),
    suite_before={EVIL[:400] + str(n): n for n in range(50)},
    flaky=(EVIL,) * 300,
    gaps=(EVIL,) * 300,
)
MUTATION = Mutation(
    mutants=tuple(TriedMutant(path=EVIL[:400], line=n, what=EVIL, fate=Fate.SURVIVED) for n in range(300))
)
COVERAGE = Coverage(files=tuple(FileCoverage(path=EVIL + str(n), lines=(1, 3), covered=()) for n in range(300)))
JOB = day.REFINE.model_copy(
    update={"title": EVIL, "body": EVIL, "request": EVIL, "requester": Person(id=1, login="@a/b #1")}
)
ALIVE = re.compile(r"@[^\u200b\n]|<!|!\[|://|^[ \t>]*/|^#+ Big", re.MULTILINE)


def without_blocks(text: str) -> str:
    """Without our own fenced blocks, in which only mentions and commands of other bots count."""
    return re.sub(r"^(`{3,})(?:sh|text|python)\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)


def _body(job: Job = JOB) -> str:
    evidence = day.EVIDENCE.model_copy(
        update={
            "tests": tuple(EVIL[:2000] + str(n) for n in range(300)),
            "sandbox": EVIL,
            "base": EVIL,
            "mutation": MUTATION,
            "coverage": COVERAGE,
        }
    )
    return pull_request_body(
        job,
        PLAN,
        PATCH,
        evidence,
        VERDICT,
        attempts=[day.HELD] * 500,
        progress=day.PROGRESS.model_copy(update={"model": EVIL}),
        branch="intern/issue-12",
        notes=[EVIL] * 500,
    )


def test_a_body_is_never_longer_than_github_takes() -> None:
    assert len(_body()) <= LONGEST


@pytest.mark.parametrize("sign", ["\U000e0041", "@", "\x01"])
def test_changed_tests_of_what_grows_when_it_is_shown_fit_too(sign: str) -> None:
    text = "".join(f"def test_{n}():\n    assert '{sign * 1400}' == {n}\n" for n in range(5))
    change = FileChange(path="test_a.py", before=text, after=text.replace("==", "!="), test=True)
    changed = tuple(ChangedTest(test=f"test_a.py::test_{n}", reason=sign * 300) for n in range(5))
    body = pull_request_body(
        JOB,
        PLAN,
        PATCH.model_copy(update={"changes": (change, *PATCH.changes)}),
        day.EVIDENCE.model_copy(update={"changed_tests": changed}),
        VERDICT,
        attempts=(),
        progress=day.PROGRESS,
        branch="",
        notes=[EVIL] * 50,
    )
    assert body.count("As it was, and as it is now") == 5
    assert len(body) <= LONGEST


def test_the_longest_part_gives_way_and_never_the_first_or_the_last() -> None:
    parts = ["Closes #1" + "." * 50, "", "## A\n\n" + "a" * 900, "## B\n\n" + "b" * 800, "## C\n\nc", "z" * 200]
    assert bounded(parts) == "\n\n".join(part for part in parts if part) + "\n"
    shorter = bounded(parts, 1500)
    assert len(shorter) <= 1500
    assert "## A\n\nThis part is too long" in shorter
    assert "b" * 800 in shorter
    least = bounded(parts, 500)
    assert len(least) <= 500
    assert least.startswith(parts[0])
    assert least.endswith(f"{parts[-1]}\n")


@pytest.mark.parametrize("sign", ["@", "'", "@'", "`", "&a", "#1", "\\", "|"])
@pytest.mark.parametrize("branch", ["intern/issue-12", ""])
def test_text_that_grows_when_it_is_made_harmless_fits_too(sign: str, branch: str) -> None:
    huge = sign * 2000
    module = ModuleSpec(path="p.py", purpose=huge)
    verdict = Verdict(
        proven=True,
        tests=tuple(NewTest(id=huge, base=Red.MISSING, patch=huge, detail=huge) for _ in range(20)),
    )
    body = pull_request_body(
        day.REFINE.model_copy(update={"title": huge, "body": huge * 9, "request": huge * 9}),
        Plan(summary=huge, modules=(module,), test_strategy=huge),
        Patch(base=huge, changes=tuple(FileChange(path=f"{huge}{n}", before="", after="") for n in range(50))),
        day.EVIDENCE.model_copy(update={"tests": tuple(f"{huge}{n}" for n in range(50)), "base": huge}),
        verdict,
        attempts=(),
        progress=day.PROGRESS,
        branch=branch,
        notes=[huge] * 50,
    )
    assert len(body) <= LONGEST
    assert re.search(r"not a replacement for review\.\n\n<!-- intern:asked:[0-9a-f]{64} -->\n\Z", body)


def test_a_huge_body_keeps_what_matters() -> None:
    body = _body()
    assert body.startswith("Closes #12\n")
    for word in ("## Evidence", "## Reproduce it", "## Notes", "not a replacement for review"):
        assert word in body
    assert without_blocks(body).count("<details>") == without_blocks(body).count("</details>") == 3


def test_only_the_template_closes_an_issue() -> None:
    assert re.findall(r"#[0-9]+", _body()) == ["#12"]
    assert not re.findall(r"#[0-9]+", _body(JOB.model_copy(update={"issue": 0})))


@pytest.mark.parametrize(
    "text",
    [
        _body(),
        status_comment(day.PROGRESS.mark(Phase.PLAN, State.DONE, EVIL), JOB),
        endings.unproven([Attempt(number=n, trouble=EVIL) for n in range(99)]),
        endings.refused(EVIL),
        endings.budget_spent(EVIL, ()),
        endings.day_spent(EVIL, (), Reproduction(path=EVIL, test=EVIL, showing="it passes", failure=EVIL, output=EVIL)),
        endings.stopped(EVIL),
        endings.failed(EVIL, ()),
        endings.proven(0, EVIL, VERDICT),
        endings.refined(EVIL, VERDICT, day.EVIDENCE),
        replies.hint(EVIL),
        local_report(JOB, "x", (), [EVIL] * 99),
        commit_message(JOB, PLAN),
    ],
    ids=lambda text: text[:20],
)
def test_no_stranger_speaks_through_us(text: str) -> None:
    ours = re.sub(r"Co-authored-by: .*|<!-- intern:asked:[0-9a-f]{64} -->\n\Z", "", text)
    assert not ALIVE.search(without_blocks(ours))
    assert not re.search(r"@[^\u200b\n]|^\s*/", ours, re.MULTILINE)
    assert len(text) <= LONGEST


def test_a_failing_test_can_not_leave_its_fold() -> None:
    verdict = day.UNPROVEN.model_copy(update={"failures": "```\n</details>\n@a\n" * 5000})
    said = endings.unproven([Attempt(number=1, verdict=verdict)])
    inside = said.partition("</summary>\n\n")[2].partition("\n````\n")
    assert inside[0].startswith("````text\n")
    assert inside[2].lstrip().startswith("</details>")


def test_long_lines_of_a_failing_test_are_cut() -> None:
    verdict = day.UNPROVEN.model_copy(update={"failures": f"before\n{'x' * 5000}\nafter"})
    said = endings.unproven([Attempt(number=1, verdict=verdict)])
    assert f"before\n{'x' * 240} […]\nafter" in said


def test_the_table_shows_fifteen_tests_and_counts_the_rest() -> None:
    table = evidence_table(VERDICT)
    assert sum(line.startswith("| `") for line in table.splitlines()) == ROWS
    assert "And 885 more: 885 × missing feature → passed." in table


def test_a_bar_in_a_test_s_name_does_not_end_its_cell() -> None:
    test = NewTest(id="t.py::test[a|b]", base=Red.ASSERTION, patch="failed", detail="a \\| b | c")
    row = evidence_table(Verdict(proven=False, tests=(test,))).splitlines()[2]
    cells = re.findall(r"(?:\\.|[^|\\])+", row)
    assert len(cells) == 3


def test_what_speaks_against_a_patch_comes_first() -> None:
    assert "test_weeks" in evidence_table(day.UNPROVEN).splitlines()[2]


def test_a_pasted_command_runs_nothing_of_theirs() -> None:
    evidence = day.EVIDENCE.model_copy(update={"tests": ("a.py; rm -rf ~\nrm b", "$(id).py")})
    body = pull_request_body(
        day.SOLVE,
        day.PLAN,
        day.PATCH,
        evidence,
        day.PROVEN,
        attempts=(),
        progress=day.PROGRESS,
        branch="intern/issue-12",
        notes=(),
    )
    assert "python -m pytest 'a.py; rm -rf ~ rm b' '$(id).py'" in body
    assert "\nrm b" not in body


def test_a_commit_has_one_trailer_and_it_is_ours() -> None:
    evil = "x\n\nCo-authored-by: Eve <eve@evil.test>\nSigned-off-by: Eve\nskip-checks: true\n"
    evil += "[skip ci] fixes #1 @eve"
    job = day.SOLVE.model_copy(update={"title": evil})
    message = commit_message(job, PLAN.model_copy(update={"summary": evil}))
    trailers = [line for line in message.splitlines() if re.match(r"[A-Za-z-]+\s*:", line)]
    assert trailers == ["Co-authored-by: ada <42+ada@users.noreply.github.com>"]
    assert message.endswith(trailers[0])
    assert not re.search(r"\[skip ci\]|#1|@eve", message)
    assert all(len(line) <= 72 for line in message.splitlines())


@pytest.mark.parametrize("login", ["a b", "ada\nReviewed-by: x", "<x>", "", "-ada"])
def test_a_strange_login_gets_no_trailer(login: str) -> None:
    job = day.SOLVE.model_copy(update={"requester": Person(id=1, login=login)})
    assert "Co-authored-by" not in commit_message(job, day.PLAN)


def test_a_paid_model_shows_its_price_and_a_local_one_is_free() -> None:
    paid = day.PROGRESS.model_copy(update={"model": "openai/gpt-x"})
    spent = paid.model_copy(update={"usage": paid.usage.model_copy(update={"money": 0.123})})
    assert "free" in status_comment(day.PROGRESS, day.SOLVE)
    assert "$0.00 of $2.00" in status_comment(paid, day.SOLVE)
    assert "$0.12 of $2.00" in status_comment(spent, day.SOLVE)
    unknown = paid.model_copy(update={"usage": paid.usage.model_copy(update={"unpriced": 3})})
    assert "$0.00 of $2.00, without 3 calls of unknown price" in status_comment(unknown, day.SOLVE)
