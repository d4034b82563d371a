"""`intern trial`, from what was asked to the exit code."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bot.errors import ConfigurationError
from bot.trial.collection import Collection
from bot.trial.progress import TrialProgress
from bot.trial.records import Records
from bot.trial.report import page
from bot.trial.result import Result, Worth
from bot.trial.run import Trial
from bot.trial.table import KINDS, by_kind, markdown
from bot.words.budget import Budget
from bot.workflow.workshop import Workshop


def trial(collection: Collection, workshop: Workshop, budget: Budget, records: Records) -> int:
    """Try every exercise that has no result yet, then print and save the table and the report.

    What was done until Ctrl-C is kept and told, and the interruption goes on.

    Returns:
        0 when every exercise has a result, 1 when some could not run or be used.
    """
    results: list[Result] = []
    left_out: list[str] = []
    with TrialProgress(Console(stderr=True), len(collection.exercises)) as shown:

        def leave_out(why: str) -> None:
            left_out.append(why)
            shown.say(why)

        one = Trial(workshop, budget, records, shown.show, leave_out)
        try:
            for exercise in collection.exercises:
                result = one.result(exercise, collection)
                results += [result] if result else []
                shown.ended(result)
        finally:
            _save(records, left_out)
    _print(records)
    return int(bool(left_out) or any(result.worth is Worth.FAILED for result in results))


def _save(records: Records, left_out: Sequence[str]) -> None:
    folder, results = records.folder, records.results
    try:
        (folder / "table.md").write_text(markdown(results, left_out), encoding="utf-8", errors="replace")
        (folder / "report.html").write_text(page(results, left_out), encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigurationError(f"--out {folder} can't be written: {error.strerror}.") from error


def _print(records: Records) -> None:
    """The row of all results, turned on its side: it fits into any terminal."""
    folder, results = records.folder, records.results
    table = Table(show_header=False)
    for name, cell in zip(KINDS[1:], by_kind(results)[-1][1:] if results else (), strict=False):
        table.add_row(name, cell)
    if results:
        Console().print(table)
        Console().print(f"One by one: {folder / 'table.md'}, {folder / 'report.html'}", markup=False, soft_wrap=True)
