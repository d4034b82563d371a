"""Deletions and documentation, in real rooms: what may be published of them, and what they can't hide."""

from collections.abc import Iterator, Sequence

import pytest

from bot.decisions.proof.judge import judge
from bot.evidence.gather import Witness
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.plan import ChangedTest
from bot.words.repository_settings import TestSettings
from bot.words.snapshot import Snapshot
from sandbox.files import File
from sandbox.pool import Pool
from sandbox.room import MIB, Limits
from tests.rooms import open_light

pytestmark = pytest.mark.rooms

OLD, OLD_TEST, README = "pkg/old.py", "tests/test_old.py", "README.md"
FILES = {
    "pkg/__init__.py": "",
    OLD: "def rot():\n    return 2\n",
    "pkg/mod.py": "def half(n):\n    return n // 2\n",
    OLD_TEST: "from pkg.old import rot\n\n\ndef test_rot():\n    assert rot() == 2\n",
    "tests/test_mod.py": "from pkg.mod import half\n\n\ndef test_half():\n    assert half(4) == 2\n",
    README: "# pkg\n\nHalves are whole.\n",
}
BASE = Snapshot("b", {path: File(text.encode()) for path, text in FILES.items()})
GONE = (
    "import importlib\n\nimport pytest\n\n\ndef test_old_is_gone():\n"
    '    with pytest.raises(ModuleNotFoundError):\n        importlib.import_module("pkg.old")\n'
)
ALLOWED = (ChangedTest(test=f"{OLD_TEST}::test_rot", reason="old goes", removed=True),)


def change(path: str, after: str | None, *, test: bool = False) -> FileChange:
    return FileChange(path=path, before=FILES.get(path), after=after, test=test)


NEW = change("tests/test_gone.py", GONE, test=True)


@pytest.fixture(scope="module")
def witness() -> Iterator[Witness]:
    with Pool(open_light(Limits())) as pool:
        yield Witness(pool, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB), rooms=2)


def observe(witness: Witness, *changes: FileChange, allowed: Sequence[ChangedTest] = ()) -> Evidence:
    return witness.observe(Patch(base="b", changes=changes), BASE, BASE, witness.baseline(BASE), allowed)


def test_a_module_goes_with_its_tests_where_the_plan_says_so(witness: Witness) -> None:
    evidence = observe(witness, change(OLD, None), change(OLD_TEST, None, test=True), NEW, allowed=ALLOWED)
    assert judge(evidence).reasons == ()
    assert evidence.changed_tests == ALLOWED


def test_without_the_plan_its_tests_stay_and_fail(witness: Witness) -> None:
    evidence = observe(witness, change(OLD, None), change(OLD_TEST, None, test=True), NEW)
    assert evidence.changed_tests == ()
    assert any(f"{OLD_TEST}::test_rot (gone)" in reason for reason in judge(evidence).reasons)


def test_tests_do_not_go_with_what_only_moves(witness: Witness) -> None:
    moved = change("pkg/older.py", "def rot():\n    return 3\n")
    evidence = observe(witness, change(OLD, None), change(OLD_TEST, None, test=True), moved, NEW, allowed=ALLOWED)
    assert any("moved rather than deleted (rot)" in reason for reason in judge(evidence).reasons)


def test_documentation_alone_is_said_to_be_just_that(witness: Witness) -> None:
    evidence = observe(witness, change(README, "# pkg\n\nHalves are whole numbers.\n"))
    verdict = judge(evidence)
    assert (verdict.proven, verdict.documentation, verdict.tests) == (True, True, ())
    assert verdict.suite_before == verdict.suite_after == {"passed": 2}


def test_documentation_proves_nothing_of_code(witness: Witness) -> None:
    test = 'def test_readme():\n    assert "exact" in open("README.md").read()\n'
    changes = (
        change(README, "# pkg\n\nHalves are exact.\n"),
        change("pkg/mod.py", FILES["pkg/mod.py"] + "\n\nWHOLE = True\n"),
        change("tests/test_new.py", test, test=True),
    )
    evidence = observe(witness, *changes)
    assert not judge(evidence).proven
    assert [one.outcome.value for one in evidence.new_on_patch.results] == ["failed"]
    assert not evidence.only_documentation


def test_documentation_that_code_reads_is_none(witness: Witness) -> None:
    reads = File(b"from pathlib import Path\n\nHELP = Path('README.md').read_text()\n")
    base = Snapshot("b", {**BASE.files, "pkg/help.py": reads})
    patch = Patch(base="b", changes=(change(README, "# pkg\n\nHalves are whole numbers.\n"),))
    evidence = witness.observe(patch, base, base, witness.baseline(base))
    assert not evidence.only_documentation
    assert not judge(evidence).proven


def test_tests_of_what_is_had_from_elsewhere_do_not_go(witness: Witness) -> None:
    """What the package promises is still there, only wrong: its test was not to be asked any more."""
    by_package = File(b"from pkg import rot\n\n\ndef test_rot():\n    assert rot() == 2\n")
    files = {
        **BASE.files,
        "pkg/__init__.py": File(b"from pkg.old import rot\n"),
        "pkg/wrong.py": File(b"def rot():\n    return 3\n"),
        OLD_TEST: by_package,
    }
    base = Snapshot("b", files)
    package = FileChange(
        path="pkg/__init__.py", before="from pkg.old import rot\n", after="from pkg.wrong import rot\n"
    )
    gone = FileChange(path=OLD_TEST, before=by_package.data.decode(), after=None, test=True)
    patch = Patch(base="b", changes=(change(OLD, None), package, gone, NEW))
    verdict = judge(witness.observe(patch, base, base, witness.baseline(base), ALLOWED))
    assert any("is still there, from elsewhere" in reason for reason in verdict.reasons)
