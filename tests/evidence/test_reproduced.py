"""Tests that showed the fault, in real rooms, beside a patch that mends it and one that mends half of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.decisions.proof.judge import judge
from bot.evidence.gather import Witness
from bot.evidence.reproduced import NAME
from bot.words.evidence import Evidence, Now
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import TestSettings
from bot.words.reproduction import Reproduction, Showing
from bot.words.snapshot import Snapshot
from sandbox.docker.driver import DockerSandbox
from sandbox.files import File
from sandbox.pool import Pool
from sandbox.room import MIB, Limits
from sandbox.suite.report import TestResult

pytestmark = pytest.mark.docker

OLD = "def half(n):\n    return n // 2\n"
WHOLE = "def half(n):\n    return n / 2\n"
HALF = "def half(n):\n    return n / 2 if n > 0 else n // 2\n"
NEW = "tests/test_issue_7.py"
WEAK = "from pkg.mod import half\n\n\ndef test_odd():\n    assert half(5) == 2.5\n    assert half(1) == 0.5\n"
#: It tells by what name it runs, which the patch must not be able to foresee.
SEEN = (
    "from pkg.mod import half\n\n\ndef test_odd():\n    assert half(5) == 2.5, __name__\n"
    "    assert half(-5) == -2.5\n\n\ndef test_even():\n    assert half(4) == 2\n"
)
SHOWN = Reproduction(path=NEW, test=SEEN, showing=Showing.ASSERTION, failure="assert 2 == 2.5", tests=("test_odd",))
FILES = {"pkg/__init__.py": "", "pkg/mod.py": OLD, "tests/test_old.py": "def test_old():\n    assert True\n"}
BASE = Snapshot("b", {path: File(text.encode()) for path, text in FILES.items()})


@pytest.fixture(scope="module")
def witness(sandbox_image: str) -> Iterator[Witness]:
    with Pool(DockerSandbox(sandbox_image)) as pool:
        yield Witness(pool, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB), rooms=2)


def observe(witness: Witness, code: str, *reproductions: Reproduction) -> Evidence:
    changes = (
        FileChange(path="pkg/mod.py", before=OLD, after=code),
        FileChange(path=NEW, before=None, after=WEAK, test=True),
    )
    before = witness.baseline(BASE)
    return witness.observe(Patch(base="b", changes=changes), BASE, BASE, before, (), reproductions)


def test_half_of_a_fault_is_seen_although_the_new_tests_ask_for_no_more(witness: Witness) -> None:
    assert judge(observe(witness, HALF)).proven, "nothing else would notice"
    evidence = observe(witness, HALF, SHOWN)
    verdict = judge(evidence)
    assert not verdict.proven
    assert "still fails with it: test_odd (AssertionError: assert -3 == -2.5" in verdict.reasons[0]
    assert "half(-5) == -2.5" in verdict.failures
    assert evidence.mutation is None, "nobody looked closer"


def test_what_mends_it_is_proven_and_its_name_is_in_nothing_that_is_kept(witness: Witness) -> None:
    heard: list[TestResult] = []
    evidence = observe(replace(witness, on_result=heard.append), WHOLE, SHOWN)
    verdict = judge(evidence)
    assert verdict.reasons == ()
    assert [(one.tests, one.now) for one in verdict.reproduced] == [(("test_odd",), Now.PASSES)]
    (runs,) = evidence.reproductions
    assert [one.id for one in runs.on_patch.results] == [f"{NEW}::test_odd", f"{NEW}::test_even"]
    assert "AssertionError: test_issue_7\n" in runs.on_base.results[0].message
    assert {one.id.partition("::")[0] for one in heard} <= {NEW, "tests/test_old.py"}
    assert sum(one.id == f"{NEW}::test_even" for one in heard) == 0, "nobody is told of what is not in the patch"
    assert runs.wrong_answers
    assert [(one.test, one.outcome) for one in runs.wrong_answers.tests] == [
        (f"{NEW}::test_odd", "failed"),
        (f"{NEW}::test_even", "failed"),
    ]
    assert evidence.sentinels
    assert [one.run for one in evidence.sentinels.on_patch].count(NAME) == 1


def test_a_patch_that_makes_every_test_green_does_not_make_this_one_so(witness: Witness) -> None:
    swallows = (
        "import sys\n\n\ndef quietly(run):\n    def call(item):\n        try:\n            run(item)\n"
        "        except Exception:\n            pass\n\n    return call\n\n\n"
        "for module in list(sys.modules.values()):\n"
        '    if hasattr(module, "FunctionDefinition"):\n'
        "        module.Function.runtest = quietly(module.Function.runtest)\n\n\n"
    )
    evidence = observe(witness, swallows + HALF, SHOWN)
    assert evidence.sentinels
    assert [one.regular for one in evidence.sentinels.on_patch if one.run == "the test that showed the fault"] == [
        False
    ]
    assert "tampered with" in " ".join(judge(evidence).reasons)
