"""A closer look at patches in real rooms: repeats, coverage, faults, and existing tests that are flaky."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.decisions.proof.judge import judge, newly_broken
from bot.decisions.proof.steadiness import flaky_before, only_in_company
from bot.evidence.company import Companions
from bot.evidence.gather import Witness
from bot.evidence.mutation import mutate
from bot.evidence.repeats import dispute
from bot.evidence.suite import Suites
from bot.words.evidence import Evidence
from bot.words.mutation import Fate
from bot.words.patch import FileChange, Patch
from bot.words.repeat import Disputed
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from sandbox.files import File, Tree
from sandbox.pool import Pool
from sandbox.room import MIB, Limits
from tests.rooms import open_light

pytestmark = pytest.mark.rooms

OLD = "def old():\n    return 1\n"
NEW = """

def count(text, sign):
    found = place = 0
    while place < len(text):
        if text[place] == sign:
            found += 1
        place += 1
    if found > 1000:
        return -1
    return found
"""
TESTS = """from pkg.mod import count


def test_some():
    assert count("banana", "a") == 3


def test_none():
    assert count("banana", "x") == 0


def test_one():
    assert count("b", "b") == 1
"""
FILES = {"pkg/__init__.py": "", "pkg/mod.py": OLD, "tests/test_old.py": "def test_old():\n    assert True\n"}
PATCH = Patch(
    base="b",
    changes=(
        FileChange(path="pkg/mod.py", before=OLD, after=OLD + NEW),
        FileChange(path="tests/test_new.py", before=None, after=TESTS, test=True),
    ),
)


def tree(files: dict[str, str]) -> Tree:
    return {path: File(text.encode()) for path, text in files.items()}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(open_light(Limits())) as made:
        yield made


@pytest.fixture(scope="module")
def suites(pool: Pool) -> Suites:
    return Suites(pool, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB))


@pytest.fixture(scope="module")
def evidence(pool: Pool) -> Evidence:
    """Of the patch above, gathered once."""
    witness = Witness(pool, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB), rooms=2)
    base = Snapshot("b", tree(FILES))
    return witness.observe(PATCH, base, base, witness.baseline(base))


def test_a_good_patch_is_proven_with_all_that_a_closer_look_shows(evidence: Evidence) -> None:
    verdict = judge(evidence)
    assert verdict.proven
    assert evidence.again_on_base
    assert [error.path for error in evidence.again_on_base.errors] == ["tests/test_new.py"]


def test_the_new_tests_run_three_more_times_in_orders_that_their_seeds_give(evidence: Evidence) -> None:
    assert len({repeat.seed for repeat in evidence.repeats}) == 3
    for repeat in evidence.repeats:
        assert sorted(repeat.report.collected) == sorted(evidence.new_on_patch.collected)
        assert repeat.report.finished


def test_the_lines_that_the_new_tests_run_are_known_by_line_and_by_branch(evidence: Evidence) -> None:
    assert evidence.coverage
    (file,) = evidence.coverage.files
    assert file.path == "pkg/mod.py"
    assert file.lines == (6, 7, 8, 9, 10, 11, 12, 13)
    assert file.missed == (12,)
    assert (file.ways, file.taken, file.half) == (6, 5, (11,))


def test_faults_are_noticed_run_on_for_ever_or_slip_through(evidence: Evidence) -> None:
    mutation = evidence.mutation
    assert mutation
    assert mutation.control == "passed"
    fates = {(one.line, one.what): one.fate for one in mutation.mutants}
    assert fates[8, "`==` became `!=` in `text[place] == sign`"] is Fate.KILLED
    assert fates[10, "`place += 1` was left out"] is Fate.TIMED_OUT
    assert fates[11, "`1000` became `1001`"] is Fate.SURVIVED
    assert not any(line == 12 for line, _ in fates)  # it never runs


def test_a_patch_whose_tests_show_nothing_is_looked_at_no_closer(pool: Pool) -> None:
    witness = Witness(pool, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB), rooms=2)
    base = Snapshot("b", tree({**FILES, "pkg/mod.py": OLD + NEW}))
    seen = witness.observe(PATCH, base, base, witness.baseline(base))
    assert not judge(seen).proven
    assert (seen.repeats, seen.coverage, seen.mutation) == ((), None, None)


def test_hashes_come_from_the_seed(suites: Suites) -> None:
    tells = tree({"test_a.py": "def test_a():\n    raise ValueError(hash('x'))\n"})
    said = [suites.run(tells, ["test_a.py::test_a"], seed=seed).results[0].message for seed in (5, 5, 6)]
    assert said[0] == said[1] != said[2]


def test_when_the_time_is_up_no_more_faults_are_tried(suites: Suites) -> None:
    files = tree({**FILES, "pkg/mod.py": OLD + NEW, "tests/test_new.py": TESTS})
    names = [f"tests/test_new.py::test_{name}" for name in ("some", "none", "one")]
    with ThreadPoolExecutor(2) as threads:
        seen = mutate(
            suites, files, PATCH, ["tests/test_new.py"], names, seconds=1.0, missed={}, threads=threads, box=-1.0
        )
    assert seen.control == "passed"
    assert len(seen.mutants) > 10
    assert {one.fate for one in seen.mutants} == {Fate.NOT_TRIED}


def test_tests_of_another_process_are_traced(suites: Suites) -> None:
    script = "import subprocess, sys\n\n\ndef test_a():\n    subprocess.run([sys.executable, '-m', 'a'], check=True)\n"
    files = tree({"a.py": "x = 1\nif x:\n    y = 2\n", "test_a.py": script})
    report, trace = suites.trace(files, ["a.py"], ["test_a.py"])
    assert report.finished
    assert trace
    assert trace.files["a.py"]
    assert trace.files["a.py"].missing == ()
    assert trace.files["a.py"].ways == ((2, 2, 1),)


def test_a_run_that_ends_before_its_time_has_no_trace(suites: Suites) -> None:
    leaves = "import os\n\n\ndef test_a():\n    os._exit(0)\n"
    report, trace = suites.trace(tree({"a.py": "x = 1\n", "test_a.py": leaves}), ["a.py"], ["test_a.py"])
    assert not report.finished
    assert trace is None


#: Twelve that fail every other time, so that all of them being steady by chance is not to be expected.
FLAKY = """import random

import pytest


@pytest.mark.parametrize("n", range(12))
def test_f(n):
    assert random.random() < 0.5


def test_steady():
    assert True
"""


def test_a_test_that_fails_now_and_then_without_the_patch_is_found_out(suites: Suites, evidence: Evidence) -> None:
    files = tree({"test_f.py": FLAKY})
    names = [*(f"test_f.py::test_f[{n}]" for n in range(12)), "test_f.py::test_steady"]
    with ThreadPoolExecutor(2) as threads:
        disputed = dispute(suites, files, files, names, threads)
    assert disputed
    found = flaky_before(evidence.model_copy(update={"disputed": disputed}))
    assert found
    assert "test_f.py::test_steady" not in found


#: Twelve that fail every other time, but never where they run alone.
TOGETHER = """import random
import sys

import pytest


@pytest.mark.parametrize("n", range(12))
def test_f(n):
    assert "test_old" not in sys.modules or random.random() < 0.5


def test_steady():
    assert True
"""
#: The same, but by the code's doing.
FICKLE = """import random
import sys


def old():
    return 1 if "test_old" not in sys.modules or random.random() < 0.5 else 2
"""
CALLS = """import pytest

from mod import old


@pytest.mark.parametrize("n", range(12))
def test_f(n):
    assert old() == 1
"""
NAMES = [f"test_f.py::test_f[{n}]" for n in range(12)]


def seen_among_others(suites: Suites, evidence: Evidence, base: Tree, patch: Tree, tests: list[str]) -> Evidence:
    alone = suites.run(patch, ["test_f.py"])
    runs = {"suite_on_base": suites.run(base), "suite_on_patch": suites.run(patch)}
    asked = Disputed(tests=tuple(tests), on_base=(alone,), on_patch=(alone,))
    seen = evidence.model_copy(update={**runs, "suite_again": None, "disputed": asked})
    assert set(tests) <= set(only_in_company(seen, tests))
    with ThreadPoolExecutor(2) as threads:
        company = Companions(suites, base, patch, threads).look(seen, tests)
    assert len(company.on_base) == 2
    return seen.model_copy(update={"company": company})


def test_a_test_that_fails_now_and_then_only_among_others_is_found_out(suites: Suites, evidence: Evidence) -> None:
    files = tree({"test_old.py": "def test_old():\n    assert True\n", "test_f.py": TOGETHER})
    found = flaky_before(seen_among_others(suites, evidence, files, files, [*NAMES, "test_f.py::test_steady"]))
    assert found
    assert found <= set(NAMES)


def test_code_that_makes_a_test_fail_now_and_then_among_others_is_to_blame(suites: Suites, evidence: Evidence) -> None:
    files = tree({"test_old.py": "def test_old():\n    assert True\n", "test_f.py": CALLS, "mod.py": OLD})
    fickle = {**files, **tree({"mod.py": FICKLE})}
    seen = seen_among_others(suites, evidence, files, fickle, NAMES)
    assert set(newly_broken(seen)) & set(NAMES)
    assert not flaky_before(seen)


def test_where_the_patch_breaks_a_test_only_among_others_the_whole_suite_runs_again(pool: Pool) -> None:
    witness = Witness(pool, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB), rooms=2)
    breaks = "import sys\n\n\ndef place():\n    return 'test_old' in sys.modules\n\n\n"
    watches = "import pkg.mod\n\n\ndef test_z():\n    assert not getattr(pkg.mod, 'place', bool)()\n"
    files = {**FILES, "tests/test_z.py": watches}
    base = Snapshot("b", tree(files))
    code, tests = PATCH.changes
    patch = Patch(base="b", changes=(code.model_copy(update={"after": breaks + OLD + NEW}), tests))
    seen = witness.observe(patch, base, base, witness.baseline(base))
    assert seen.company
    assert seen.company.tests == ("tests/test_z.py::test_z",)
    assert (len(seen.company.on_base), seen.company.on_patch) == (2, ())
    verdict = judge(seen)
    assert not verdict.proven
    assert "tests/test_z.py::test_z (failed, passed alone)" in verdict.reasons[0]
