"""What a model said in a step that a crash interrupts: neither asked for nor paid again, on both databases."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dspy
import pytest
import sqlalchemy as sa

from bot.engine.account import DayAccount
from bot.engine.lease import Lease
from bot.errors import Broken, BudgetSpent, Cancelled
from bot.programs.configure import configure_dspy
from bot.programs.ledger import Ledger
from bot.programs.model import Model
from bot.programs.session import session
from bot.store.database import Database
from bot.store.daybook import Daybook
from bot.store.replies import Replies
from bot.store.tables import make_tables
from bot.words.budget import Budget, Usage
from bot.words.day import DayBudget, DayUsage
from tests.engine.postgresql import do_without, postgresql, there
from tests.programs.fake_ollama import FakeOllama, Reply, fake_ollama, said

WIDE = DayBudget(jobs=1000, minutes=1000, calls=1000, tokens=1_000_000, money=1000)
LONG_AGO = datetime.now(UTC) - timedelta(days=30)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL; "" where none can be started."""
    if not there():
        yield ""
        return
    with postgresql() as url:
        yield url


class World:
    """A database and a model; each `life` is a process that may end anywhere in a step."""

    def __init__(self, url: str, model: FakeOllama) -> None:
        configure_dspy()
        self.url, self.ollama = url, model
        self.lines: list[dict] = []

    @contextmanager
    def life(
        self,
        job: str = "a",
        purpose: str = "plan",
        *,
        calls: int = 9,
        day: DayBudget = WIDE,
        stopped: bool = False,
        lease: Lease | None = None,
    ) -> Iterator[Ledger]:
        database = Database(self.url)
        make_tables(database)
        book, replies = Daybook(database), Replies(database)
        account = DayAccount(book, job, 1, day, WIDE, replies, (lease or Lease()).holds)
        end = time.monotonic() + 60
        model = Model(url=self.ollama.url, timeout=20)
        record = self.lines.append
        with session(model, Budget(calls=calls), end, lambda: stopped, record, None, account, purpose) as ledger:
            yield ledger
        database.close()

    def spent(self) -> DayUsage:
        with Database(self.url) as database:
            own, _ = Daybook(database).usage(1)
        return own.model_copy(update={"minutes": 0.0})

    def rows(self) -> list[tuple[str, str, int, str]]:
        database = Database(self.url)
        with database.reading() as connection:
            found = connection.execute(sa.text("select job, purpose, turn, reply from intern_replies")).all()
        database.close()
        return sorted(tuple(row) for row in found)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'intern.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("server")
        if not url:
            do_without()
        engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        with engine.begin() as connection:
            for table in ("intern_daybook", "intern_replies"):
                connection.execute(sa.text(f"drop table if exists {table}"))
        engine.dispose()
    with fake_ollama() as model:
        yield World(url, model)


def ask(question: str = "1+1?") -> str:
    return dspy.Predict("question -> answer")(question=question).answer


def plain(usage: Usage) -> Usage:
    """Without what no two runs have alike."""
    return usage.model_copy(update={"model_seconds": 0.0})


def test_a_step_that_is_done_again_asks_only_for_what_it_was_not_told(world: World) -> None:
    world.ollama.script += [said(answer="two"), said(answer="four"), said(answer="six")]
    with world.life() as first:
        assert [ask("1+1?"), ask("2+2?")] == ["two", "four"]
    halfway = world.spent()
    with world.life() as second:
        assert [ask("1+1?"), ask("2+2?")] == ["two", "four"]
        assert plain(second.usage) == plain(first.usage), "the job's budget is the same"
        assert second.usage.model_seconds == pytest.approx(first.usage.model_seconds)
        assert second.recalled_seconds == pytest.approx(first.usage.model_seconds)
        assert world.spent() == halfway, "the day has paid for it already"
        assert ask("3+3?") == "six"
    assert len(world.ollama.bodies) == 3
    assert (world.spent().calls, second.usage.calls) == (3, 3)
    assert world.spent().tokens == second.usage.tokens
    told = [(line["reply"], line["prompt_tokens"], line["error"]) for line in world.lines]
    assert told[2:4] == told[:2], "the trajectory of the second life is whole"


def test_the_same_question_twice_has_two_answers_in_their_order(world: World) -> None:
    world.ollama.script += [said(answer="heads"), said(answer="tails")]
    for _ in range(2):
        with world.life():
            assert [ask(), ask()] == ["heads", "tails"]
    assert len(world.ollama.bodies) == 2


def test_another_prompt_is_asked_anew(world: World) -> None:
    world.ollama.script += [said(answer="two"), said(answer="three"), said(answer="five")]
    with world.life():
        assert ask("1+1?") == "two"
    with world.life() as second:
        assert ask("1+2?") == "three"
        with dspy.context(lm=dspy.settings.lm.copy(temperature=0.9)):
            assert ask("1+1?") == "five", "other parameters are another request"
        assert ask("1+1?") == "two"
        assert second.usage.calls == 3
    assert world.spent().calls == 3


def test_tries_that_failed_are_counted_with_the_reply_that_came_of_them(world: World) -> None:
    world.ollama.script += [Reply(status=500, text="busy"), said(answer="two")]
    with world.life() as first:
        assert ask() == "two"
    assert first.usage.calls == 2
    with world.life() as second:
        assert ask() == "two"
    assert plain(second.usage) == plain(first.usage)
    assert (len(world.ollama.bodies), world.spent().calls) == (2, 2)


def test_a_reply_that_was_cut_off_was_paid_too(world: World) -> None:
    world.ollama.script += [Reply(said(answer="tw"), done_reason="length")]
    for _ in range(2):
        with world.life(calls=1) as ledger, pytest.raises((dspy.LMError, BudgetSpent)):
            ask()
        assert ledger.usage.reply_tokens > 0
    assert len(world.ollama.bodies) == 1
    assert "cut off" in world.lines[-1]["error"]


def test_what_is_recalled_needs_nothing_of_the_day_but_the_next_call_does(world: World) -> None:
    world.ollama.script += [said(answer="two")]
    with world.life():
        ask()
    with world.life(day=WIDE.model_copy(update={"calls": 1})):
        assert ask() == "two"
        with pytest.raises(BudgetSpent, match="model calls"):
            ask("2+2?")


def test_a_job_that_was_stopped_meanwhile_recalls_nothing(world: World) -> None:
    world.ollama.script += [said(answer="two")]
    with world.life():
        ask()
    with world.life(stopped=True), pytest.raises(Cancelled):
        ask()


def test_a_late_answer_to_a_process_that_was_frozen_is_paid_and_takes_nothing_from_the_next(world: World) -> None:
    world.ollama.otherwise = said(answer="two")
    lease = Lease()
    with world.life("a", "plan", lease=lease):
        lease.lose()  # it was frozen while it waited for the answer; the job goes on elsewhere
        with world.life("a", "attempt 1"):
            ask()
        kept, paid = world.rows(), world.spent()
        ask("2+2?")
    assert [row[:2] for row in kept] == [("a", "attempt 1")]
    assert world.rows() == kept
    assert (world.spent().calls, world.spent().tokens > paid.tokens) == (2, True)


def test_replies_are_forgotten_with_their_step_their_job_and_their_age(world: World) -> None:
    world.ollama.otherwise = said(answer="two")
    for job, purpose in (("a", "plan"), ("b", "plan"), ("a", "attempt 1")):
        with world.life(job, purpose):
            ask()
    assert [row[:3] for row in world.rows()] == [("a", "attempt 1", 0), ("b", "plan", 0)]
    with world.life("a", "plan"):
        ask()
    assert len(world.ollama.bodies) == 4, "of a step that is over nothing is left"
    with Database(world.url) as database:
        Replies(database).forget("a")
        assert [row[0] for row in world.rows()] == ["b"]
        assert Replies(database, lambda: datetime.now(UTC) + timedelta(days=30)).forget_old() == 1
    assert world.rows() == []


@pytest.mark.parametrize("text", ["\x00 and 🐍", "\ud800"], ids=["a character 0", "half a character"])
def test_whatever_a_model_says_can_be_kept_or_is_asked_for_again(world: World, text: str) -> None:
    world.ollama.otherwise = said(answer=f"so {text} it is")
    answers, calls = set(), []
    for _ in range(2):
        with world.life() as ledger:
            answers.add(ask())
            world.ollama.script += [said(answer="two")] if not calls else []
            assert ask("1 and 1?") == "two"
            calls.append(ledger.usage.calls)
    assert len(answers) == 1
    assert calls == [2, 2]
    assert len(world.ollama.bodies) == (2 if "\x00" in text else 3)


def test_a_row_that_can_not_be_read_is_asked_for_again(world: World) -> None:
    world.ollama.otherwise = said(answer="two")
    with world.life():
        ask()
    database = Database(world.url)
    with database.writing(1) as connection:
        connection.execute(sa.text("""update intern_replies set reply = '{"text": 1}'"""))
    database.close()
    with world.life():
        assert ask() == "two"
    assert len(world.ollama.bodies) == 2


def test_a_database_that_is_away_is_no_fault_of_the_models(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database.PATIENCE", ())
    database = Database(world.url)
    with world.life():
        with database.writing(1) as connection:
            connection.execute(sa.text("drop table intern_replies"))
        with pytest.raises(Broken, match="database does not answer"):
            ask()
    assert world.ollama.bodies == []
    database.close()


def test_a_reply_that_can_not_be_kept_is_not_counted_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database.PATIENCE", ())
    database = Database(world.url)
    world.ollama.script += [said(answer="two"), said(answer="four")]
    with world.life():
        ask("1+1?")
        before = world.spent().tokens
        with database.writing(1) as connection:
            connection.execute(sa.text("alter table intern_replies rename to elsewhere"))
        with pytest.raises(Broken):
            ask("2+2?")
    assert world.spent().tokens == before
    with database.writing(1) as connection:
        connection.execute(sa.text("drop table elsewhere"))
    database.close()
