"""Containers that somebody removes while tests run in them: nothing is ever proven by their loss."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.decisions.proof.judge import judge
from bot.evidence.gather import Witness
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import TestSettings
from bot.words.reproduction import Reproduction, Showing
from bot.words.snapshot import Snapshot
from bot.workflow.steady import steadily
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.files import File, Tree
from sandbox.room import MIB, Execution, Limits, Room, SandboxAway, SandboxError

pytestmark = pytest.mark.docker

FILES = {"pkg/__init__.py": "", "pkg/mod.py": "", "tests/test_old.py": "def test_old():\n    assert True\n"}
GRADE = "def grade(points):\n    if points > 10:\n        return 1\n    return 2\n"
HONEST = "from pkg.mod import grade\n\n\ndef test_grades():\n    assert [grade(10), grade(11)] == [2, 1]\n"
#: Green, and all but blind: most faults that are put into the code survive it, and nothing else stands against it.
BLIND = "from pkg.mod import grade\n\n\ndef test_grades():\n    assert grade(3) in (0, 1, 2, 3)\n"
BASE = Snapshot("0" * 40, {path: File(text.encode()) for path, text in FILES.items()})


def patch(tests: str) -> Patch:
    return Patch(
        base=BASE.commit,
        changes=(
            FileChange(path="pkg/mod.py", before="", after=GRADE),
            FileChange(path="tests/test_grades.py", before=None, after=tests, test=True),
        ),
    )


@dataclass
class Losing:
    """A sandbox of whose rooms somebody removes some, each as soon as tests run in it."""

    sandbox: DockerSandbox
    lost: set[int] = field(default_factory=set)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    gone: list[int] = field(default_factory=list)

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> Room:
        room = self.sandbox.open(files, limits=limits, environment=environment)
        number = next(self.numbers)
        if number in self.lost:
            self.lost.discard(number)
            self._lose(room, number)
        return room

    def _lose(self, room: Any, number: int) -> None:
        run = room.run

        def lose() -> None:
            client = connect()
            client.api.remove_container(room.id, force=True)
            client.close()
            self.gone.append(number)

        def running(argv: Any, **options: Any) -> Execution:
            threading.Timer(0.1, lose).start()
            execution: Execution = run(argv, **options)
            return execution

        room.run = running

    def describe(self, environment: str | None = None) -> str:
        return self.sandbox.describe(environment)


@pytest.fixture
def losing(containers: DockerSandbox) -> Losing:
    return Losing(containers)


def witness(losing: Losing) -> Witness:
    return Witness(losing, TestSettings(seconds=60), Limits(seconds=60, lifetime=120, memory=256 * MIB), rooms=2)


@pytest.fixture(scope="module")
def suite(containers: DockerSandbox) -> Iterator[Any]:
    return witness(Losing(containers)).baseline(BASE)


def proven(losing: Losing, tests: str, suite: Any) -> bool:
    evidence = witness(losing).observe(patch(tests), BASE, BASE, suite)
    return judge(evidence).proven


def test_what_the_blind_patch_is_worth_where_nothing_is_lost(losing: Losing, suite: Any) -> None:
    evidence = witness(losing).observe(patch(BLIND), BASE, BASE, suite)
    verdict = judge(evidence)
    assert not verdict.proven
    assert "faults that were put into them made a test fail" in " ".join(verdict.reasons)


@pytest.mark.parametrize("lost", [range(3), range(3, 7), range(10, 40)], ids=str)
def test_a_blind_patch_is_not_proven_by_whatever_room_is_lost(losing: Losing, suite: Any, lost: range) -> None:
    losing.lost = set(lost)
    with suppress(SandboxAway):
        assert not proven(losing, BLIND, suite)
    assert losing.gone


#: It asks for more than the patch does, and is all that stands against it.
MORE = "from pkg.mod import grade\n\n\ndef test_more():\n    assert grade(10) == 2\n    assert grade(99) == 0\n"
SHOWN = Reproduction(
    path="tests/test_issue_7.py", test=MORE, showing=Showing.CRASH, failure="it failed", tests=("test_more",)
)


@pytest.mark.parametrize("lost", [range(3, 4), range(4, 5)], ids=["without the change", "with it"])
def test_a_reproduction_that_loses_its_room_excuses_nothing(losing: Losing, suite: Any, lost: range) -> None:
    losing.lost = set(lost)
    before = Snapshot(BASE.commit, {**BASE.files, "pkg/mod.py": File(b"def grade(points):\n    return None\n")})
    change = FileChange(path="pkg/mod.py", before="def grade(points):\n    return None\n", after=GRADE)
    honest = patch(HONEST).model_copy(update={"changes": (change, patch(HONEST).changes[1])})
    with suppress(SandboxAway):
        evidence = witness(losing).observe(honest, before, before, suite, (), (SHOWN,))
        assert "still fails with it: test_more" in " ".join(judge(evidence).reasons)
    assert losing.gone


def test_a_right_patch_is_proven_all_the_same_once_the_rooms_stay(losing: Losing, suite: Any) -> None:
    losing.lost = {1}
    assert steadily(lambda: proven(losing, HONEST, suite))


def test_a_base_that_loses_its_room_is_no_baseline(losing: Losing) -> None:
    losing.lost = {0}
    with pytest.raises(SandboxError):
        witness(losing).baseline(BASE)
