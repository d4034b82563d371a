"""Table: the results of a trial by kind and one by one, for a terminal and as Markdown. Pure."""

from collections.abc import Sequence
from statistics import median

from bot.sentences.harmless import inline_code
from bot.trial.result import Result, Worth
from bot.words.exercise import ExerciseKind

LONGEST_TITLE = 80

KINDS = (
    "kind",
    "exercises",
    "solved and proven",
    "right, not proven",
    "rightly refused",
    "wrongly proven",
    "wrongly refused",
    "not solved",
    "did not run",
    "calls",
    "prompt characters",
    "cost",
    "minutes",
)
ONES = ("exercise", "kind", "result", "hidden tests", "attempts", "calls", "prompt characters", "cost", "minutes")


def by_kind(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """A row for each kind, and one for all. Calls, characters and minutes are medians, the cost is a sum."""
    kinds = dict.fromkeys(result.kind for result in results)
    rows = [_row(kind.value, [one for one in results if one.kind is kind]) for kind in kinds]
    return [*rows, _row("all", results)] if results else []


def one_by_one(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """A row for each exercise."""
    return [
        (
            one.name,
            one.kind.value,
            one.worth.value,
            f"{one.score.passed}/{one.score.total}",
            str(one.attempts),
            str(one.usage.calls),
            f"{one.usage.prompt_characters:,}",
            f"${one.usage.money:.2f}",
            f"{one.minutes:.1f}",
        )
        for one in results
    ]


def _row(name: str, some: Sequence[Result]) -> tuple[str, ...]:
    def count(worth: Worth) -> str:
        return str(sum(one.worth is worth for one in some))

    return (
        name,
        str(len(some)),
        count(Worth.SOLVED),
        count(Worth.UNPROVEN),
        count(Worth.REFUSED_RIGHTLY),
        count(Worth.WRONGLY_PROVEN),
        count(Worth.REFUSED_WRONGLY),
        count(Worth.UNSOLVED),
        count(Worth.FAILED),
        f"{median(one.usage.calls for one in some):g}",
        f"{median(one.usage.prompt_characters for one in some):,.0f}",
        f"${sum(one.usage.money for one in some):.2f}",
        f"{median(one.minutes for one in some):.1f}",
    )


def markdown(results: Sequence[Result], left_out: Sequence[str] = ()) -> str:
    """Both tables, with the model and the dates, and what was left out."""
    parts = ["Nothing was done."]
    if results:
        medians = "Calls, prompt characters and minutes are medians, the cost is a sum."
        head = f"`{results[0].model}`, {when(results)}. {medians}"
        ones = zip(results, one_by_one(results), strict=True)
        rows = [(_named(one), *cells) for one, (_, *cells) in ones]
        parts = [head, _table(KINDS, by_kind(results)), _table(ONES, rows)]
    if left_out:
        parts.append("\n".join(f"- {' '.join(one.split())}" for one in left_out))
    return "\n\n".join(parts) + "\n"


def _named(one: Result) -> str:
    """The name; of a commit, whose name says nothing, with what it is about."""
    told = one.title and one.kind is ExerciseKind.HISTORY
    return f"{one.name} {inline_code(one.title, LONGEST_TITLE)}" if told else one.name


def short(title: str) -> str:
    """What an exercise is about, in one short line."""
    return " ".join(title.split())[:LONGEST_TITLE]


def when(results: Sequence[Result]) -> str:
    """The days on which they were done: "2026-01-31", or the first and the last."""
    dates = sorted({result.date[:10] for result in results})
    return dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
