"""Looking: the time of the map and of each of the planner's tools, on a repository of 1,000 files."""

from collections.abc import Callable

from bench.agent.large_repository import BY_HAND, TASK, WRONG, make_snapshot
from bench.sandbox.figure import Figure, Line
from bench.sandbox.turns import timed
from bench.spread import Spread
from bot.programs.toolbox import Toolbox
from bot.programs.view import view_of
from sandbox.room import Sandbox

COUNT = 5
READING: tuple[tuple[str, dict[str, object]], ...] = (
    ("read_file", {"path": f"{WRONG}::Goods0207.gross"}),
    ("search_code", {"text": r"def shelf_02\d7"}),
    ("who_calls", {"name": "shelf_0207"}),
    ("list_files", {"pattern": "shop/part07/*.py"}),
    ("analyze_code", {"path": WRONG}),
)
RUNNING: tuple[tuple[str, dict[str, object]], ...] = (
    ("fetch_documentation", {"name": "dataclasses.dataclass"}),
    ("run_tests", {"selection": "tests/test_goods0207.py"}),
    ("run_snippet", {"code": "from shop.part07.goods0207 import Goods0207\nprint(Goods0207(10.0).gross())"}),
    ("reproduce", {"test": BY_HAND}),
)


def measure_looking(sandbox: Sandbox) -> Figure:
    """The map with its prompt, then each tool; those that run code have a room that is made anew each time."""
    snapshot = make_snapshot()

    def fresh() -> Toolbox:
        return Toolbox(snapshot, sandbox, task=TASK)

    def used(name: str, arguments: dict[str, object]) -> Callable[[], object]:
        def use() -> None:
            with fresh() as toolbox:
                toolbox.use(name, arguments)

        return use

    mapped = Spread.of(timed(lambda: view_of(TASK, fresh())) for _ in range(COUNT))
    lines = [Line("map and first prompt, ms", mapped)]
    for name, arguments in (*READING, *RUNNING):
        lines.append(Line(f"{name}, ms", Spread.of(timed(used(name, arguments)) for _ in range(COUNT))))
    return Figure("The planner's look at 1,000 files", tuple(lines))
