"""A file that is damaged while a job needs it."""

import multiprocessing
import multiprocessing.synchronize
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from tests.engine.alone import LoneEngine
from tests.engine.test_durable import finish
from tests.engine.test_pausing import Work


def run_until_killed(file: Path, go: "multiprocessing.synchronize.Event") -> None:
    work = Work()
    engine = LoneEngine(f"sqlite:///{file}", {"jobs": 1})
    engine.add("story", work.story)
    engine.launch()
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")
    work.reached.wait(30)
    file.with_name("reached").touch()
    go.wait(60)
    work.go.set()
    time.sleep(60)


def test_a_file_that_is_damaged_under_a_job_costs_it_nothing_once_a_copy_is_back(tmp_path: Path) -> None:
    file, fork = tmp_path / "jobs.sqlite", multiprocessing.get_context("fork")
    go = fork.Event()
    process = fork.Process(target=run_until_killed, args=(file, go), daemon=True)
    process.start()
    end = time.monotonic() + 60
    while not file.with_name("reached").exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(tmp_path / "copy.sqlite")) as copy:
        source.backup(copy)
        source.execute("pragma wal_checkpoint(truncate)")
    file.write_bytes(os.urandom(file.stat().st_size))
    go.set()
    time.sleep(3)
    assert process.is_alive(), "it waits"
    process.kill()
    process.join(30)
    with pytest.raises(ConfigurationError, match="is damaged"):
        LoneEngine(f"sqlite:///{file}", {"jobs": 1}).launch()

    for path in tmp_path.glob("jobs.sqlite*"):
        path.unlink()
    shutil.copy(tmp_path / "copy.sqlite", file)
    work = Work()
    work.go.set()
    engine = LoneEngine(f"sqlite:///{file}", {"jobs": 1})
    engine.add("story", work.story)
    engine.launch()
    try:
        assert finish(engine, "a")[0] == "SUCCESS"
        assert work.done == ["two", "three"], "the step that was recorded is not done again"
    finally:
        engine.close(5)
