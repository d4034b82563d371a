"""The composition root: settings become objects, objects get an owner. Nothing else builds these parts."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot import settings
from bot.action import ActionRequest
from bot.errors import ConfigurationError
from bot.github.credentials import AppCredentials, TokenCredentials
from bot.github.portal import Portal
from bot.github.stage import Credentials
from bot.programs.availability import check_model
from bot.programs.configure import configure_dspy
from bot.programs.model import Model
from bot.server.service import Service
from bot.words.budget import Budget
from bot.words.job import Repository
from bot.workflow.github_desk import GitHubDesk
from bot.workflow.workshop import Workshop
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.image import ensure_image
from sandbox.docker.reaper import reap
from sandbox.room import SandboxError


def make_model(environment: Mapping[str, str]) -> Model:
    """The model that the settings name. Raises ConfigurationError."""
    chosen = settings.model_settings(environment)
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
    environment: Mapping[str, str], say: Callable[[str], None], owner: str | None = None
) -> Iterator[Workshop]:
    """A workshop with an open sandbox. dspy is configured here, once, in the main thread.

    Args:
        environment: the operator's settings.
        say: gets a line when something takes long (building the image).
        owner: name of the rooms' owner, by which a later process finds what this one left; random by default.

    Raises:
        ConfigurationError: no engine, no image, no such model, or a wrong model setting.
    """
    model = make_model(environment)
    configure_dspy()
    check_model(model.name, model.url, model.key)
    sandbox = _open_sandbox(settings.sandbox_settings(environment), say, owner)
    try:
        yield Workshop(model=model, sandbox=sandbox)
    finally:
        sandbox.close()


def _open_sandbox(chosen: settings.SandboxSettings, say: Callable[[str], None], owner: str | None) -> DockerSandbox:
    try:
        client = connect(chosen.docker_host)
        reap(client)
        image = ensure_image(client, say=say)
    except SandboxError as error:
        raise ConfigurationError(str(error)) from error
    return DockerSandbox(image, host=chosen.docker_host, runtime=chosen.runtime, owner=owner)


@contextmanager
def open_service(environment: Mapping[str, str], server: settings.ServerSettings) -> Iterator[Service]:
    """The service behind the webhook server, not yet launched. Raises ConfigurationError."""
    github = settings.github_settings(environment)
    credentials = AppCredentials(github.app_id, github.private_key)
    owner = _owner(server.database_url)
    with Portal(github.api_url) as portal, open_workshop(environment, _log, owner) as workshop:
        sweep = _sweeper(settings.sandbox_settings(environment), owner)
        yield make_service(portal, credentials, workshop, settings.budget(environment), server, sweep)


def _owner(database_url: str) -> str | None:
    """The same name at every start on the same SQLite file, which belongs to one process at a time."""
    if not database_url.startswith("sqlite"):
        return None
    place = Path(database_url.removeprefix("sqlite:///")).resolve()
    return f"serve-{hashlib.sha256(str(place).encode()).hexdigest()[:12]}"


def _sweeper(chosen: settings.SandboxSettings, owner: str | None) -> Callable[[], None]:
    """Removes the rooms that an earlier process of the same owner left when it was killed."""
    started = time.time()

    def sweep() -> None:
        if owner is not None:
            client = connect(chosen.docker_host)
            try:
                reap(client, owner=owner, before=started)
            finally:
                client.close()

    return sweep


def make_service(
    portal: Portal,
    credentials: Credentials,
    workshop: Workshop,
    budget: Budget,
    server: settings.ServerSettings,
    sweep: Callable[[], None] = lambda: None,
) -> Service:
    """The service over parts that are open already; `sweep` is called once the database is ours."""

    def counter(repository: Repository) -> GitHubDesk:
        return GitHubDesk(portal, credentials, repository)

    return Service(server.database_url, counter, workshop, budget, sweep=sweep)


@contextmanager
def open_token_counter(environment: Mapping[str, str], request: ActionRequest) -> Iterator[GitHubDesk]:
    """The counter of the Action's repository, opened with the Action's token. Raises ConfigurationError."""
    credentials = TokenCredentials(environment.get("GITHUB_TOKEN", ""))
    with Portal(settings.api_url(environment)) as portal:
        desk = GitHubDesk(portal, credentials, request.repository)
        try:
            yield desk
        finally:
            desk.close()


def _log(text: str) -> None:
    import logging

    logging.getLogger("bot").info("%s", text)
