"""The report of a trial: one page that needs nothing but itself, with links to the files of each job."""

from collections.abc import Sequence
from html import escape

from bot.trial.plots import COLOURS, spending, worths
from bot.trial.records import JOBS
from bot.trial.result import Result, Worth
from bot.trial.table import KINDS, ONES, by_kind, one_by_one, short, when

#: What a job leaves in its folder, and what the link to it is called.
FILES = {
    "patch.diff": "patch",
    "evidence.json": "evidence",
    "pull_request.md": "report",
    "trajectory.jsonl": "trajectory",
}

#: Nothing may be loaded or run: words of models and issues stand in this page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { border: 1px solid #ddd; padding: .25rem .6rem; }
th { background: #f4f4f4; text-align: left; } td { vertical-align: top; } td.number { text-align: right; }
b { border-radius: .3rem; color: #fff; font-weight: 600; padding: .1rem .4rem; white-space: nowrap; }
svg { display: block; height: auto; max-width: 100%; } pre { overflow: auto; background: #f7f7f7; padding: .6rem; }
"""


def page(results: Sequence[Result], left_out: Sequence[str] = ()) -> str:
    """The page as HTML.

    Args:
        results: in the order of the exercises.
        left_out: why exercises were left out, a sentence each.
    """
    if not results:
        content = ["<p>Nothing was done.</p>"]
    else:
        content = [
            f"<p>{_headline(results)}</p>",
            worths(results),
            "<h2>By kind</h2>",
            _table(KINDS, [[_cell(text) for text in row] for row in by_kind(results)]),
            "<p>Calls, prompt characters and minutes are medians, the cost is a sum.</p>",
            "<h2>What it took</h2>",
            spending(results),
            "<h2>One by one</h2>",
            _table(
                [*ONES, "files"], [_row(one, cells) for one, cells in zip(results, one_by_one(results), strict=True)]
            ),
            *(_details(one) for one in results if one.worth not in {Worth.SOLVED, Worth.REFUSED_RIGHTLY}),
        ]
    content += [f"<p>{escape(why)}</p>" for why in left_out]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>A trial of Code Intern</title><style>{_STYLE}</style></head><body>\n<h1>A trial of Code Intern</h1>\n"
        + "\n".join(content)
        + "\n</body></html>\n"
    )


def _headline(results: Sequence[Result]) -> str:
    right = sum(one.worth in {Worth.SOLVED, Worth.REFUSED_RIGHTLY} for one in results)
    proven, wrong = sum(one.proven for one in results), sum(one.worth is Worth.WRONGLY_PROVEN for one in results)
    model = escape(results[0].model)
    return (
        f"<code>{model}</code>, {when(results)}: {right} of {len(results)} exercises right. Of {proven} patches that "
        f"were proven, {wrong} failed hidden tests."
    )


def _row(one: Result, cells: Sequence[str]) -> list[str]:
    name, kind, _, *numbers = cells
    links = [f'<a href="{JOBS}/{escape(name)}/{file}">{word}</a>' for file, word in FILES.items()]
    worth = f'<td><b style="background: {COLOURS[one.worth]}">{one.worth.value}</b></td>'
    return [_named(name, one.title), _cell(kind), worth, *map(_cell, numbers), f"<td>{' '.join(links)}</td>"]


def _named(name: str, title: str) -> str:
    return f"<td>{escape(name)}<br><small>{escape(short(title))}</small></td>"


def _details(one: Result) -> str:
    """Why it was not right, folded."""
    said = escape(one.sentence[:2000])
    tests = f"<p>Hidden tests:</p><pre>{escape(one.score.feedback)}</pre>" if one.score.feedback else ""
    head = f"{escape(one.name)}, {escape(short(one.title))}: {one.worth.value}"
    return f"<details><summary>{head}</summary><p>The job's last word:</p><pre>{said}</pre>{tests}</details>"


def _cell(text: str) -> str:
    number = text.lstrip("$").replace(",", "").replace(".", "").replace("/", "").isdigit()
    return f"<td{' class=number' if number else ''}>{escape(text)}</td>"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    return f"<table><tr>{head}</tr>\n" + "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>"
