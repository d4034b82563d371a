"""What of other files a prompt shows: what is used comes first, and no file takes all the place."""

import pytest

from bot.programs.code_generator import LONGEST_CONTEXT, context
from bot.programs.strategies.steps import Steps
from bot.words.plan import ModuleSpec
from bot.words.task import Task
from tests.programs.world import snapshot_of

TASK = Task(number=1, title="Add up")


def long(name: str) -> str:
    others = "".join(f"def other_{n}(some: int, more: int) -> int:\n    return some + {n}\n\n\n" for n in range(60))
    return f"{others}def {name}(exactly: str, *, these: int = 3) -> bytes:\n    return b''\n"


FILES = {
    "pkg/__init__.py": "",
    "pkg/user.py": "".join(f"from pkg.near_{n} import used_{n}\n" for n in range(4))
    + "\n\ndef go():\n    return [used_0('a'), used_1('b'), used_2('c'), used_3('d')]\n",
    **{f"pkg/near_{n}.py": long(f"used_{n}") for n in range(4)},
}


@pytest.mark.parametrize("number", range(4))
def test_what_a_file_uses_of_others_is_shown_of_each(number: int) -> None:
    told = context(ModuleSpec(path="pkg/user.py", purpose="add up"), (), TASK, snapshot_of(FILES).files)
    assert f"def used_{number}(exactly: str, *, these: int=3) -> bytes:" in told
    assert len(told) <= LONGEST_CONTEXT


def test_a_fault_is_told_with_the_script_that_found_it() -> None:
    steps = Steps()
    assert steps.last_told == ""
    steps.enter("I check.", "run('assert f(1) == 2')", "AssertionError\nIt failed.")
    assert "run('assert f(1) == 2')" in steps.last_told
    assert steps.last_told.endswith("It gave:\nAssertionError\nIt failed.")
    steps.enter("", "", "The reply was too long.")
    assert steps.last_told == "The reply was too long."
