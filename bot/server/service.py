"""The service behind the webhook: deliveries are admitted, jobs are fulfilled, both durably."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.engine.disks import Disks
from bot.engine.durable import DurableEngine
from bot.engine.janitor import Janitor
from bot.engine.lease import TERMS, Lease, Terms
from bot.engine.pump import PREFIX, Pump
from bot.server.admitting import Admitting
from bot.server.fulfilling import Fulfilling
from bot.server.health import Look, Report
from bot.server.looks import health_of
from bot.server.losing import EVERY, NAME, Losing
from bot.server.overtaking import EVERY as OVERTAKING
from bot.server.overtaking import Overtaking
from bot.server.stopping import Stopping
from bot.store.database import Database
from bot.store.daybook import Daybook
from bot.store.inbox import Inbox, Letter
from bot.store.outcomes import Outcomes
from bot.store.postbox import Postbox
from bot.store.replies import Replies
from bot.store.turns import Turns
from bot.store.wishes import Wishes
from bot.words.budget import Budget
from bot.words.day import WHOLE_DAY, DayBudget
from bot.words.job import Repository
from bot.words.pressure import Pressure
from bot.workflow.counter import Counter
from bot.workflow.workshop import Workshop
from sandbox.reaper import Reaper

#: Deliveries that are admitted at once. They wait for GitHub: those that a rate limit puts off, for up to an hour,
#: must not keep a word to stop from being heard elsewhere.
ADMITTING = 16

#: For how much longer than its job a delivery is known again.
KNOWN = timedelta(days=365)


class Service:
    """Admits deliveries and fulfils jobs on a durable engine.

    Args:
        database: where both are stored; of this process, and closed by whoever opened it.
        counter: opens the counter of a repository.
        workshop: the model and the sandbox.
        budget: the operator's limits of one job, and of one repository's day.
        whole_day: likewise of all repositories' day together.
        running: jobs at once, in all processes on this database together.
        sweep: begins to remove what killed processes left; called once the store is this process's own.
        trajectories: folder where each job leaves what `intern replay` needs; None keeps nothing.
        pressure: how much may be asked for.
        lease: asked by whatever writes to GitHub as well; one of the engine's own by default.
        terms: how long processes on one PostgreSQL wait for each other.
        disks: where it writes; no job begins while one of them is nearly full.
        keep_days: for which ended jobs are kept; deliveries are known again for a year longer.
        looks: what else its health is made of, by name.

    Attributes:
        health: how everything is that it needs.
    """

    def __init__(
        self,
        database: Database,
        counter: Callable[[Repository], Counter],
        workshop: Workshop,
        budget: Budget,
        whole_day: DayBudget = WHOLE_DAY,
        running: int = 2,
        sweep: Callable[[], None] = lambda: None,
        trajectories: Path | None = None,
        pressure: Pressure = Pressure(),  # noqa: B008 - frozen
        lease: Lease | None = None,
        terms: Terms = TERMS,
        disks: Disks | None = None,
        looks: Mapping[str, Look] | None = None,
        keep_days: int = 90,
    ) -> None:
        self._sweep, self._daybook, self._replies = sweep, Daybook(database), Replies(database)
        self._engine = DurableEngine(database, {"deliveries": ADMITTING, "jobs": running}, lease, terms)
        outcomes, wishes = Outcomes(database), Wishes(database, pressure)
        self._inbox = Inbox(database)
        self._postbox, self._pump = Postbox(self._inbox.add), Pump(self._inbox, "deliveries", "admit")
        admitting = Admitting(self._engine, outcomes, wishes, counter, budget)
        disks = disks or Disks({}, 0)
        self.health = health_of(self._engine, self._inbox.waiting, disks, looks or {})
        fulfilling = Fulfilling(self._daybook, self._replies, counter, workshop, budget, whole_day, trajectories, disks)
        forgets = [wishes.forget, self._engine.halts.forget, self._engine.whereabouts.forget]
        if turns := Turns.of_store(database):
            forgets.append(turns.forget)
        inbox = self._inbox
        # Who kept old mail must not begin anew with it what is forgotten; a row is small.
        self._janitor = Janitor(
            database.url, keep_days, [*forgets, lambda old: inbox.forget((old - KNOWN).timestamp())]
        )
        self._engine.add("admit", admitting.run)
        self._engine.add("fulfil", fulfilling.run)
        losing = Losing(self._engine, self._replies, counter)
        self._engine.add(NAME, losing.run)
        self._losses = Reaper([losing.look], every=EVERY)
        self._overtaking = Reaper([Overtaking(self._engine, Stopping(self._engine, counter)).look], every=OVERTAKING)

    @property
    def lost(self) -> threading.Event:
        """Set when other processes have taken this one's work over: then it has to start anew."""
        return self._engine.lost

    def launch(self) -> None:
        """Open the store and take up what an earlier process left. Raises ConfigurationError."""
        self._engine.launch()
        self._pump.start()
        self._losses.start()
        self._overtaking.start()
        self._sweep()

    def forget(self, now: float) -> int:
        """For a `sandbox.reaper.Reaper`: forget what is old; how much that was. `now` in Unix seconds."""
        return self._daybook.forget() + self._replies.forget_old() + self._janitor.sweep(now)

    def close(self) -> None:
        """Let running steps end; what is unfinished goes on at the next launch."""
        self._overtaking.close()
        self._losses.close()
        self.health.close()
        self._postbox.close()
        self._pump.close()
        self._engine.close()
        self._inbox.close()

    async def store(self, letter: Letter) -> bool:
        """Store a letter; when this returns it survives a crash. Whether it is new. Raises Away.

        Only the inbox is needed for it. What is stored is handed to the engine afterwards, by whichever process can.
        """
        return await self._postbox.put(letter)

    async def healthy(self) -> Report:
        """How everything is that it needs; takes two seconds at most."""
        return await self.health.answer()

    def busy(self) -> bool:
        """Whether any delivery or job is waiting or running."""
        return bool(self.active("delivery-") or self.active("job-"))

    def active(self, prefix: str) -> list[str]:
        """Ids of deliveries ("delivery-...") or jobs ("job-...") that wait or are at work."""
        inbox = [f"{PREFIX}{one}" for one in self._inbox.deliveries()]  # first: what leaves it meanwhile is there then
        return [*(name for name in inbox if name.startswith(prefix)), *self._engine.active(prefix)]

    def outcome(self, job_id: str) -> tuple[str, Any]:
        """The engine's word on a job, for tests and operators."""
        return self._engine.outcome(f"job-{job_id}")
