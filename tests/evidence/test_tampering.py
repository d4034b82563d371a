"""Sentinels, wrong answers, a second run and a separate collection, in real rooms."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.decisions.proof.judge import judge
from bot.evidence.gather import Witness
from bot.evidence.sentinels import answer_wrongly, guarded_new, told
from bot.evidence.suite import Suites
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from sandbox.docker.driver import DockerSandbox
from sandbox.files import File, Tree
from sandbox.pool import Pool
from sandbox.room import MIB, Limits
from sandbox.suite.report import TestResult

pytestmark = pytest.mark.docker

CODE = "def double(number):\n    return 2 * number\n"
NEW = "tests/test_double.py"
TESTS = "from pkg.mod import double\n\n\ndef test_double():\n    assert double(4) == 8\n"
OLD = (
    "import random\n\nimport pytest\n\n\n@pytest.mark.parametrize('n', [random.random()])\ndef test_any(n):\n    pass\n"
)
FILES = {"pkg/__init__.py": "", "pkg/mod.py": "", "tests/test_old.py": OLD}

#: Swallows the failure of every test, of which pytest's own class is found by what its module has.
SWALLOWS = """import sys


def quietly(run):
    def call(item):
        try:
            run(item)
        except Exception:
            pass

    return call


for module in list(sys.modules.values()):
    if hasattr(module, "FunctionDefinition"):
        module.Function.runtest = quietly(module.Function.runtest)


"""


def tree(files: dict[str, str]) -> Tree:
    return {path: File(text.encode()) for path, text in files.items()}


@pytest.fixture(scope="module")
def suites(sandbox_image: str) -> Iterator[Suites]:
    with Pool(DockerSandbox(sandbox_image)) as pool:
        yield Suites(pool, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB))


def observe(suites: Suites, code: str, told: list[TestResult] | None = None) -> Evidence:
    base = Snapshot("b", tree(FILES))
    changes = (
        FileChange(path="pkg/mod.py", before="", after=code),
        FileChange(path=NEW, before=None, after=TESTS, test=True),
    )
    witness = Witness(suites.sandbox, suites.settings, suites.limits, rooms=2)
    before = witness.baseline(base)
    tell = told.append if told is not None else None
    return replace(witness, on_result=tell).observe(Patch(base="b", changes=changes), base, base, before)


@pytest.fixture(scope="module")
def heard() -> list[TestResult]:
    """What was told while the honest patch was observed."""
    return []


@pytest.fixture(scope="module")
def evidence(suites: Suites, heard: list[TestResult]) -> Evidence:
    """Of an honest patch, gathered once."""
    return observe(suites, CODE, heard)


def test_an_honest_patch_is_watched_in_three_runs_and_nobody_sees_by_what(
    evidence: Evidence, heard: list[TestResult]
) -> None:
    assert judge(evidence).reasons == ()
    assert evidence.sentinels
    assert [one.regular for one in evidence.sentinels.on_patch] == [True, True, True]
    assert evidence.sentinels.control is None
    named = {one.id for one in heard} | set(evidence.new_on_patch.collected) | set(evidence.suite_on_patch.collected)
    assert {one.partition("::")[0] for one in named} == {NEW, "tests/test_old.py"}
    assert judge(evidence).suite_after == {"passed": 1}


def test_wrong_answers_a_collection_and_a_second_run_stand_in_the_evidence(evidence: Evidence) -> None:
    assert evidence.wrong_answers
    assert [(one.test, one.outcome) for one in evidence.wrong_answers.tests] == [(f"{NEW}::test_double", "failed")]
    assert evidence.collected
    assert evidence.collected.ids == (f"{NEW}::test_double",)
    assert evidence.suite_again
    assert len(evidence.suite_again.results) == 2


def test_a_test_with_another_id_each_time_is_found_out(evidence: Evidence) -> None:
    assert evidence.varying
    assert judge(evidence).renamed == ("tests/test_old.py::test_any",)


def test_code_that_makes_every_test_green_is_seen(suites: Suites) -> None:
    evidence = observe(suites, SWALLOWS + "def double(number):\n    return 0\n")
    assert "tampered with" in judge(evidence).reasons[0]
    assert evidence.wrong_answers is None  # nobody looked closer


def test_code_that_makes_its_own_tests_green_is_seen_by_their_wrong_answers(suites: Suites) -> None:
    own = SWALLOWS.replace("            pass\n", "            if item.name != 'test_double':\n                raise\n")
    files = tree({**FILES, "pkg/mod.py": own + "def double(number):\n    return 0\n", NEW: TESTS})
    run = guarded_new(suites, files, [NEW])
    assert run.sentinel
    assert run.sentinel.regular
    seen = answer_wrongly(suites, files, [NEW], run.report.collected)
    assert [one.outcome for one in seen.tests] == ["passed"]


def test_a_repository_that_keeps_unknown_tests_away_is_told_from_a_patch_that_does(suites: Suites) -> None:
    picky = "def pytest_collection_modifyitems(items):\n    items[:] = [one for one in items if 'double' in one.name]\n"
    files = tree({**FILES, "conftest.py": picky, "pkg/mod.py": CODE, NEW: TESTS})
    run = guarded_new(suites, files, [NEW])
    assert run.sentinel
    assert not run.sentinel.regular
    base = {path: file for path, file in files.items() if path != NEW}
    seen = told(suites, base, [NEW], [run]).control
    assert seen
    assert not seen.regular
    there = told(suites, {path: file for path, file in base.items() if path != "conftest.py"}, [NEW], [run]).control
    assert there
    assert there.regular


def test_a_run_is_not_ended_by_the_test_that_has_to_fail(suites: Suites) -> None:
    stops = replace(suites, settings=TestSettings(seconds=60, args=("-x", "--maxfail=1")))
    run = guarded_new(stops, tree({**FILES, "pkg/mod.py": CODE, NEW: TESTS}), [NEW])
    assert run.report.finished
    assert run.sentinel
    assert run.sentinel.regular
