"""A repository of 1,000 Python files and 500 tests, always the same, with one issue and one patch for it."""

from bot.words.patch import FileChange, Patch
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from sandbox.files import File

MODULES = 500
WRONG, NEW_TEST = "shop/part07/goods0207.py", "tests/test_gross_is_rounded.py"
TASK = Task(
    number=1,
    title="gross of goods0207 is not rounded",
    body="`Goods0207(cost=1.15, rate=0.19).gross()` gives 1.3685; I expect 1.37, as on the bill.",
)
BY_HAND = """from shop.part07.goods0207 import Goods0207


def test_gross_is_rounded_to_cents():
    assert Goods0207(cost=1.15, rate=0.19).gross() == 1.37
    assert Goods0207(cost=3.33, rate=0.07).gross() == 3.56
"""


def make_snapshot() -> Snapshot:
    """500 modules with a class and two functions each, and a test file with one test for each."""
    files = {f"{folder}/__init__.py": File(b"") for folder in ("shop", *(f"shop/part{n:02}" for n in range(20)))}
    for number in range(MODULES):
        path, name = place(number), f"goods{number:04}"
        files[path] = File(module(number).encode())
        files[f"tests/test_{name}.py"] = File(test(number).encode())
    return Snapshot("0" * 40, files)


def make_patch(base: Snapshot) -> Patch:
    """The right answer to the issue, with a test of it."""
    before = base.files[WRONG].data.decode()
    after = before.replace("return self.cost * (1 + self.rate)", "return round(self.cost * (1 + self.rate), 2)")
    return Patch(
        base=base.commit,
        changes=(
            FileChange(path=WRONG, before=before, after=after),
            FileChange(path=NEW_TEST, before=None, after=BY_HAND, test=True),
        ),
    )


def place(number: int) -> str:
    """Where a module stands."""
    return f"shop/part{number % 20:02}/goods{number:04}.py"


def module(number: int) -> str:
    """A module that uses the first of its ten."""
    before = place(number - number % 10).removesuffix(".py").replace("/", ".")
    return f'''"""Goods of kind {number}."""

from dataclasses import dataclass
from importlib import import_module


@dataclass
class Goods{number:04}:
    """One kind of goods: its cost in euros, its rate of tax."""

    cost: float
    rate: float = 0.2

    def gross(self) -> float:
        """The price with tax."""
        return self.cost * (1 + self.rate)


def shelf_{number:04}(count: int) -> int:
    """How many shelves so many pieces take."""
    if count < 0:
        raise ValueError("a count below nothing")
    return -(-count // {number % 9 + 2})


def neighbour_{number:04}() -> str:
    """The module that stands first."""
    return import_module("{before}").__name__
'''


def test(number: int) -> str:
    """Its test."""
    name = place(number).removesuffix(".py").replace("/", ".")
    return f"""from {name} import shelf_{number:04}


def test_shelves():
    assert shelf_{number:04}({number % 9 + 3}) == 2
"""
