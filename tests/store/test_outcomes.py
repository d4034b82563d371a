"""What became of pull requests, on a real database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import ConfigurationError
from bot.store import database, outcomes
from bot.store.outcomes import Outcomes
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
    record = Outcomes(url)
    assert record.read() == ()
    record.enter(outcome(1, merged=False))
    record.enter(outcome(1, commit="a" * 40))
    record.enter(outcome(1, merged=False, repository=2**40))
    record.close()
    again = Outcomes(url)
    assert again.read() == (outcome(1, commit="a" * 40), outcome(1, merged=False, repository=2**40))
    again.close()


def test_nobody_waits_for_ever_for_whoever_holds_the_record(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not server:
        do_without()
    monkeypatch.setattr(database, "LOCK_SECONDS", 1)
    record, engine = Outcomes(server), sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:", 1))
    with engine.begin() as holder:
        holder.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": outcomes.LOCK})
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            record.enter(outcome(2))
    record.enter(outcome(2))
    assert outcome(2) in record.read()
    record.close()
    engine.dispose()


def test_a_database_that_is_none_is_said(tmp_path: Path) -> None:
    record = Outcomes(f"sqlite:///{tmp_path}")
    with pytest.raises(ConfigurationError, match="DATABASE_URL can't be opened"):
        record.read()
    record.close()
