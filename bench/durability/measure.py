"""Measure: the same steps through the inline engine, and durably on SQLite and PostgreSQL."""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.durability.recorded import RecordedStep
from bench.sandbox.figure import Figure, Line, slower
from bench.spread import Spread
from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.inline import InlineSteps
from bot.engine.steps import Steps
from bot.store.database import Database
from tests.engine.postgresql import MISSING, postgresql, there

#: Jobs that are told of, and those before them that are not.
JOBS, REHEARSALS = 15, 2

SIZE = "select pg_database_size(current_database())"


def measure_durability(steps: Sequence[RecordedStep], say: Callable[[str], None]) -> Figure:
    """What a job's steps cost without their work, by each engine. The inline one is measured beside each job.

    Args:
        steps: those of the demo's job.
        say: told what is being measured.
    """
    with tempfile.TemporaryDirectory(prefix="intern-") as folder:
        say("durability: SQLite")
        file = Path(folder) / "intern.sqlite"
        inline, sqlite, on_disk = _measure(f"sqlite:///{file}", steps)
    kept = Spread.of([float(sum(len(json.dumps({"value": step.value})) for step in steps))])
    lines = [
        _line("durably on SQLite", sqlite, inline),
        Line("inline, kept nowhere", inline),
        _each("each step on SQLite", sqlite, inline, len(steps)),
        Line("bytes in the SQLite file", on_disk, ",.0f"),
    ]
    if there():
        say("durability: PostgreSQL")
        with postgresql() as url:
            inline, server, in_server = _measure(url, steps)
        lines += [
            _line("durably on PostgreSQL, which does not fsync here", server, inline),
            _each("each step on PostgreSQL", server, inline, len(steps)),
            Line("bytes in PostgreSQL", in_server, ",.0f"),
        ]
    else:
        lines.append(Line("durably on PostgreSQL", note=MISSING))
    lines += [Line("steps", Spread.of([float(len(steps))]), ".0f"), Line("bytes of their results", kept, ",.0f")]
    return Figure("Durability of the demo's job, without its work (ms)", tuple(lines))


def _line(words: str, durable: Spread, inline: Spread) -> Line:
    return Line(words, durable, ratio=slower(durable, inline).replace("ours", "inline"))


def _each(words: str, durable: Spread, inline: Spread, count: int) -> Line:
    return Line(words, Spread.of((value - inline.median) / count for value in durable.values))


def _measure(url: str, steps: Sequence[RecordedStep]) -> tuple[Spread, Spread, Spread]:
    """Seconds of a job inline and durably, and the bytes by which the database grows for one."""
    taken: dict[str, float] = {}

    def job(engine: DurableSteps, _argument: dict[str, Any]) -> dict[str, Any]:
        taken[engine.workflow_id] = _take(engine, steps)
        return {}

    database = Database(url)
    durable = DurableEngine(database, {"jobs": 1})
    durable.add("job", job)
    durable.launch()
    try:
        inline, grown = list[float](), list[float]()
        for number in range(REHEARSALS + JOBS):
            before = _size(url)
            inline.append(_take(InlineSteps(), steps))
            _wait(durable, f"job-{number}")
            grown.append(_size(url) - before)
    finally:
        durable.close(5)
        database.close()
    told = [taken[f"job-{number}"] for number in range(REHEARSALS, REHEARSALS + JOBS)]
    return Spread.of(inline[REHEARSALS:]), Spread.of(told), Spread.of([sum(grown[REHEARSALS:]) / JOBS])


def _take(engine: Steps, steps: Sequence[RecordedStep]) -> float:
    started = time.perf_counter()
    for step in steps:
        engine.step(step.name, lambda step=step: step.value, Any)  # type: ignore[misc]
    return time.perf_counter() - started


def _wait(engine: DurableEngine, name: str) -> None:
    engine.enqueue_now("jobs", "job", name, {}, partition="1")
    while engine.outcome(name)[0] in {"ENQUEUED", "PENDING"}:
        time.sleep(0.05)


def _size(url: str) -> float:
    """Bytes of the database, its journal written into it."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                return float(connection.execute(sa.text(SIZE)).scalar_one())
            with suppress(sa.exc.OperationalError):
                connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
            return float(Path(str(engine.url.database)).stat().st_size)
    finally:
        engine.dispose()
