"""Performance: the demo's two jobs, played once and taken apart."""

import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib import resources
from typing import Any

from bench.portal import TimedPortal
from bench.rooms import TimedSandbox
from bench.spans import Place, Spans, split
from bot.demo.run import REQUEST, sample_files, sample_issue
from bot.demo.stage import Stage
from bot.standins.replayed_model import ReplayedModel, read_script
from bot.words.budget import Budget
from bot.workflow.workshop import Workshop

PATIENCE = 180.0


class Unplayable(Exception):
    """The job did not end as the demo's does, so its time means nothing."""


@dataclass(frozen=True)
class Performance:
    """One job.

    Attributes:
        wall: seconds from the click to the bot's last word to GitHub.
        queue: seconds of the bot's own share until its first word to GitHub: receive, store, be taken up.
        model: seconds waiting for the model.
        room_starts: seconds in which rooms were made and filled.
        rooms: seconds in rooms, their starts aside.
        github: seconds waiting for GitHub.
        bot: the rest of `wall`.
        model_calls: requests to the model.
        prompt_characters: characters sent to it.
        rooms_opened: containers.
        github_requests: requests that reached GitHub.
    """

    wall: float
    queue: float
    model: float
    room_starts: float
    rooms: float
    github: float
    bot: float
    model_calls: int
    prompt_characters: int
    rooms_opened: int
    github_requests: int

    def as_json(self) -> dict[str, float | int]:
        """Every figure, and the shares."""
        return {**asdict(self), "bot_share": self.bot_share, "container_share": self.container_share}

    @property
    def bot_share(self) -> float:
        """The bot's own part of the wall time."""
        return self.bot / self.wall

    @property
    def container_share(self) -> float:
        """The containers' part of the wall time, starts included."""
        return (self.room_starts + self.rooms) / self.wall


def play(workshop: Workshop, model: ReplayedModel, budget: Budget) -> tuple[Performance, Performance]:
    """Label an issue, then ask for a change on its pull request. Raises Unplayable."""
    model.script = read_script(resources.files("bot.demo") / "replies")
    with _stage(workshop, budget) as (stage, spans):
        alice = stage.github.user("alice")
        repository = stage.github.repository("alice/tempo", dict(sample_files()))
        title, body = sample_issue()
        issue = repository.issue(title, body, by=alice)
        # The queues of a service that has just been launched are slow to wake: not what a job costs.
        _watch(stage, spans, model, alice.comments(issue, "/intern help"))
        opened = _watch(stage, spans, model, alice.labels(issue, "intern"))
        if not repository.pulls:
            raise Unplayable("no pull request was opened: run `python -m bot demo` to see why")
        pull = repository.pulls[0]
        first = pull.head_sha
        refined = _watch(stage, spans, model, alice.comments(pull, f"/intern refine {REQUEST}"))
        if pull.head_sha == first or stage.github.violations:
            raise Unplayable("the pull request was not refined: run `python -m bot demo` to see why")
        return opened, refined


@contextmanager
def _stage(workshop: Workshop, budget: Budget) -> Iterator[tuple[Stage, Spans]]:
    """The demo's stage with a stop-watch at every door."""
    spans = Spans()

    def portal(url: str, *, pace: float) -> TimedPortal:
        return TimedPortal(spans, url, pace=pace)

    timed = replace(workshop, sandbox=TimedSandbox(workshop.sandbox, spans), record=_recorder(spans))
    with Stage(timed, budget, portal=portal) as stage:
        yield stage, spans


def _recorder(spans: Spans) -> Callable[[dict[str, Any]], None]:
    def record(entry: dict[str, Any]) -> None:
        if entry.get("kind") == "model":
            spans.ended(Place.MODEL, float(entry["seconds"]))

    return record


def _watch(stage: Stage, spans: Spans, model: ReplayedModel, act: Coroutine[Any, Any, int]) -> Performance:
    """Let a person do something, wait for the end, and account for the time between."""
    asked, requests = len(model.requests), len(stage.github.requests)
    click = time.perf_counter()
    stage.world.run(act)
    if not stage.wait(PATIENCE):
        raise Unplayable(f"the job did not end within {PATIENCE:g} seconds")
    noted = spans.since(click)
    words = [span for span in noted if span.place is Place.GITHUB]
    if not words:
        raise Unplayable("the bot said nothing to GitHub")
    wall = max(span.end for span in words) - click
    parts = split(noted)
    return Performance(
        wall=wall,
        queue=min(span.start for span in words) - click,
        model=parts[Place.MODEL],
        room_starts=parts[Place.START],
        rooms=parts[Place.ROOM],
        github=parts[Place.GITHUB],
        bot=wall - sum(parts.values()),
        model_calls=len(model.requests) - asked,
        prompt_characters=sum(_characters(body) for body in model.requests[asked:]),
        rooms_opened=sum(span.place is Place.START for span in noted),
        github_requests=len(stage.github.requests) - requests,
    )


def _characters(body: dict[str, Any]) -> int:
    """Characters of one request's prompt; the server also asks without one, for the model's window."""
    return sum(len(str(message.get("content", ""))) for message in body.get("messages", []))
