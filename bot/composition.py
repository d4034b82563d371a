"""The composition root: settings become objects, objects get an owner. Nothing else builds these parts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from bot import settings
from bot.action import ActionRequest
from bot.decisions.admission.pages import Pages
from bot.documentation.library import Library
from bot.engine.disks import Disks, places_of
from bot.engine.lease import TERMS, Lease, Terms
from bot.errors import ConfigurationError
from bot.github.client import LONGEST
from bot.github.credentials import AppCredentials, TokenCredentials
from bot.github.deliveries import Deliveries
from bot.github.portal import Portal
from bot.github.stage import Credentials
from bot.github_settings import api_url, github_settings
from bot.kept.aging import age
from bot.kept.keeping import read_patch
from bot.optimize.reviewed import Reviewed, reviewed
from bot.programs.availability import check_model
from bot.programs.compilable import signatures_of_programs
from bot.programs.compiled import load_compiled
from bot.programs.configure import configure_dspy
from bot.programs.model import Model
from bot.server.health import Look
from bot.server.line import line_of_store
from bot.server.missed import Missed
from bot.server.places import look_at_missed, look_at_sandbox, root_of
from bot.server.service import Service
from bot.store.database import Database
from bot.store.outcomes import Outcomes
from bot.store.turns import Turns
from bot.trial.collection import Collection
from bot.words.budget import Budget
from bot.words.job import Repository
from bot.workflow.github_desk import GitHubDesk
from bot.workflow.workshop import Workshop
from sandbox.choice import AnySandbox, open_sandbox, sweep_of
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.label import new_owner
from sandbox.environment.prepare import store_of
from sandbox.environment.store import trim
from sandbox.headroom import headroom
from sandbox.leftovers import sweep_folders
from sandbox.pool import Pool
from sandbox.reaper import Reaper
from sandbox.room import Limits, SandboxError
from sandbox.stock.bounds import Bounds


def make_model(environment: Mapping[str, str]) -> Model:
    """The model that the settings name. Raises ConfigurationError."""
    return _model_of(settings.model_settings(environment))


def make_stronger_model(environment: Mapping[str, str]) -> Model | None:
    """The stronger model that the settings name, if they do. Raises ConfigurationError."""
    chosen = settings.stronger_model_settings(environment)
    return _model_of(chosen) if chosen else None


def _model_of(chosen: settings.ModelSettings) -> Model:
    return Model(
        name=chosen.name,
        url=chosen.url,
        key=chosen.key,
        window=chosen.window,
        reply_tokens=chosen.reply,
        timeout=chosen.timeout,
    )


@contextmanager
def open_workshop(
    environment: Mapping[str, str], say: Callable[[str], None], owner: str | None = None, warm: int = 1
) -> Iterator[Workshop]:
    """A workshop with an open sandbox. dspy is configured here, once, in the main thread.

    Args:
        environment: the operator's settings.
        say: gets a line when something takes long (building the image).
        owner: name of the rooms' owner, by which a later process finds what this one left; random by default.
        warm: rooms of each kind to keep idle, when the operator does not say.

    Raises:
        ConfigurationError: no engine, no image, no such model, or a wrong model setting.
    """
    with _open_workshop(environment, say, owner, warm) as (workshop, _):
        yield workshop


@contextmanager
def _open_workshop(
    environment: Mapping[str, str], say: Callable[[str], None], owner: str | None, warm: int
) -> Iterator[tuple[Workshop, AnySandbox]]:
    """A workshop, and what makes the rooms behind its pool."""
    model = make_model(environment)
    configure_dspy()
    stronger, candidates = make_stronger_model(environment), settings.candidates(environment)
    check_model(model.name, model.url, model.key, model.window)
    if stronger:
        check_model(stronger.name, stronger.url, stronger.key, stronger.window, "INTERN_MODEL_STRONG")
    programs = load_compiled(settings.programs_folder(environment), signatures_of_programs())
    for refused in programs.refused:
        say(refused)
    limits = settings.room_limits(environment)
    chosen = settings.sandbox_settings(environment)
    sandbox = _open_sandbox(chosen, limits, say, owner)
    try:
        pool = _pool(sandbox, chosen, warm)
    except BaseException:
        sandbox.close()
        raise
    with pool:
        pages = _pages(environment)
        workshop = Workshop(model, pool, limits, pages=pages, programs=programs)
        yield replace(workshop, stronger=stronger, candidates=candidates), sandbox


def _pages(environment: Mapping[str, str]) -> Pages:
    """What of the web a planner may read, and the one who fetches it."""
    hosts, listed = settings.documentation_pages(environment)
    return Pages(hosts, listed, Library(hosts).read) if hosts else Pages()


def _open_sandbox(
    chosen: settings.SandboxSettings, limits: Limits, say: Callable[[str], None], owner: str | None
) -> AnySandbox:
    """The sandbox, once what crashed processes left is gone."""
    sweep_folders()
    try:
        return open_sandbox(
            chosen.driver,
            limits=limits,
            host=chosen.docker_host,
            runtime=chosen.runtime,
            owner=owner,
            say=say,
            capacity=chosen.environments,
        )
    except SandboxError as error:
        raise ConfigurationError(str(error)) from error


def _pool(sandbox: AnySandbox, chosen: settings.SandboxSettings, warm: int) -> Pool:
    """The sandbox with idle rooms."""
    engine = sandbox.client.info()["MemTotal"] if isinstance(sandbox, DockerSandbox) else None
    memory = chosen.memory or headroom(engine, least=sandbox.limits.memory)
    spare = warm if chosen.warm is None else chosen.warm
    return Pool(sandbox, Bounds(memory, spare=spare, idle=max(8, 2 * spare)))


@contextmanager
def open_service(environment: Mapping[str, str], server: settings.ServerSettings) -> Iterator[Service]:
    """The service behind the webhook server, not yet launched. Raises ConfigurationError."""
    github = github_settings(environment)
    credentials = AppCredentials(github.app_id, github.private_key)
    host, line = settings.sandbox_settings(environment).docker_host, line_of_store(server.database_url)
    owner, lease, patience = new_owner(line), Lease.of_store(server.database_url), github.patience
    with (
        Database(server.database_url) as database,
        Portal(
            github.api_url,
            patience=patience,
            longest=LONGEST,
            may_go_on=lease.hold,
            turns=Turns.of_store(database),
        ) as portal,
        _open_workshop(environment, _log, owner, warm=2) as (workshop, sandbox),
        Reaper(sweeps := [sweep_of(sandbox, host, owner, line), sweep_folders]) as reaper,
        Missed(Deliveries(portal, credentials), github.missed) as missed,
    ):

        def begin() -> None:  # only when the store is ours: nobody else of our line lives then
            reaper.start()
            missed.start()

        looks = {"sandbox": lambda: look_at_sandbox(sandbox), "missed": lambda: look_at_missed(missed)}
        places = places_of(server.database_url, server.trajectories, root_of(sandbox))
        disks = Disks(places, server.disk_free)
        budget = settings.budget(environment)
        own = partial(make_service, database, lease=lease, disks=disks, looks=looks)
        made = own(portal, credentials, workshop, budget, server, begin)
        sweeps += [made.forget, lambda _: len(trim(store_of(sandbox)))]
        if kept := server.trajectories:
            sweeps.append(lambda now: age(kept, server.trajectory_days, server.trajectory_bytes, now))
        yield made


def make_service(
    database: Database,
    portal: Portal,
    credentials: Credentials,
    workshop: Workshop,
    budget: Budget,
    server: settings.ServerSettings,
    sweep: Callable[[], None] = lambda: None,
    *,
    lease: Lease | None = None,
    terms: Terms = TERMS,
    disks: Disks | None = None,
    looks: Mapping[str, Look] | None = None,
) -> Service:
    """The service over parts that are open already; `sweep` is called once the database is ours.

    `lease` is the one that the portal asks before it writes.
    """

    def counter(repository: Repository) -> GitHubDesk:
        return GitHubDesk(portal, credentials, repository)

    kept = server.trajectories
    return Service(
        database,
        counter,
        workshop,
        budget,
        server.whole_day,
        running=server.running,
        sweep=sweep,
        trajectories=kept,
        pressure=server.pressure,
        lease=lease,
        terms=terms,
        disks=disks,
        looks=looks,
        keep_days=server.keep_days,
    )


def reviewed_of(environment: Mapping[str, str], history: Collection) -> Reviewed:
    """Of a repository's fixes those of which the server saw what people think. Raises ConfigurationError."""
    kept = settings.trajectories(environment)
    with Database(settings.database_url(environment)) as database:
        return reviewed(history, Outcomes(database).read(), lambda job: read_patch(kept, job))


@contextmanager
def open_token_counter(environment: Mapping[str, str], request: ActionRequest) -> Iterator[GitHubDesk]:
    """The counter of the Action's repository, opened with the Action's token. Raises ConfigurationError."""
    credentials = TokenCredentials(environment.get("GITHUB_TOKEN", ""))
    with Portal(api_url(environment)) as portal:
        desk = GitHubDesk(portal, credentials, request.repository)
        try:
            yield desk
        finally:
            desk.close()


def _log(text: str) -> None:
    import logging

    logging.getLogger("bot").info("%s", text)
