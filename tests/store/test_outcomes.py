"""What became of pull requests, on a real database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import ConfigurationError
from bot.store import database, outcomes
from bot.store.database import Database
from bot.store.outcomes import Outcomes
from bot.store.tables import make_tables
from bot.words.pull_outcome import PullOutcome
from tests.engine.postgresql import do_without, postgresql, there


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL; "" where there is none."""
    if not there():
        yield ""
        return
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, server: str) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'intern.sqlite'}"
    if not server:
        do_without()
    return server


def outcome(pull: int, *, merged: bool = True, commit: str = "", repository: int = 5) -> PullOutcome:
    return PullOutcome(
        repository=repository, name="a/b", pull=pull, issue=1, job="j", merged=merged, edited=False, commit=commit
    )


def test_the_last_end_of_a_pull_request_counts(url: str) -> None:
    with Database(url) as opened:
        record = Outcomes(opened)
        assert record.read() == (), "there is no table yet"
        make_tables(opened)
        record.enter(outcome(1, merged=False))
        record.enter(outcome(1, commit="a" * 40))
        record.enter(outcome(1, merged=False, repository=2**40))
    with Database(url) as again:
        found = Outcomes(again).read()
    assert found == (outcome(1, commit="a" * 40), outcome(1, merged=False, repository=2**40))


def test_nobody_waits_for_ever_for_whoever_holds_the_record(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not server:
        do_without()
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    opened, engine = Database(server), sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:", 1))
    make_tables(opened)
    record = Outcomes(opened)
    with engine.begin() as holder:
        holder.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": outcomes.LOCK})
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            record.enter(outcome(2))
    record.enter(outcome(2))
    assert outcome(2) in record.read()
    opened.close()
    engine.dispose()


def test_a_database_that_is_none_is_said(tmp_path: Path) -> None:
    with (
        Database(f"sqlite:///{tmp_path}") as opened,
        pytest.raises(ConfigurationError, match="DATABASE_URL can't be opened"),
    ):
        Outcomes(opened).read()
