"""The composition root: settings become objects, objects get an owner. Nothing else builds these parts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

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
from sandbox.docker_driver import DockerSandbox
from sandbox.engine import connect
from sandbox.image import ensure_image
from sandbox.reaper import reap
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
def open_workshop(environment: Mapping[str, str], say: Callable[[str], None]) -> Iterator[Workshop]:
    """A workshop with an open sandbox. dspy is configured here, once, in the main thread.

    Args:
        environment: the operator's settings.
        say: gets a line when something takes long (building the image).

    Raises:
        ConfigurationError: no engine, no image, no such model, or a wrong model setting.
    """
    model = make_model(environment)
    configure_dspy()
    check_model(model.name, model.url, model.key)
    sandbox = _open_sandbox(settings.sandbox_settings(environment), say)
    try:
        yield Workshop(model=model, sandbox=sandbox)
    finally:
        sandbox.close()


def _open_sandbox(chosen: settings.SandboxSettings, say: Callable[[str], None]) -> DockerSandbox:
    try:
        client = connect(chosen.docker_host)
        reap(client)
        image = ensure_image(client, say=say)
    except SandboxError as error:
        raise ConfigurationError(str(error)) from error
    return DockerSandbox(image, host=chosen.docker_host, runtime=chosen.runtime)


@contextmanager
def open_service(environment: Mapping[str, str], server: settings.ServerSettings) -> Iterator[Service]:
    """The service behind the webhook server, not yet launched. Raises ConfigurationError."""
    github = settings.github_settings(environment)
    credentials = AppCredentials(github.app_id, github.private_key)
    with Portal(github.api_url) as portal, open_workshop(environment, _log) as workshop:
        yield make_service(portal, credentials, workshop, settings.budget(environment), server)


def make_service(
    portal: Portal,
    credentials: Credentials,
    workshop: Workshop,
    budget: Budget,
    server: settings.ServerSettings,
) -> Service:
    """The service over parts that are open already."""

    def counter(repository: Repository) -> GitHubDesk:
        return GitHubDesk(portal, credentials, repository)

    return Service(server.database_url, counter, workshop, budget)


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
