"""`intern doctor`: looks at what the bot needs and says, in one line each, what is wrong and what to do."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.status import Status
from rich.text import Text

from bot import settings
from bot.errors import ConfigurationError, GitHubError
from bot.github_settings import github_settings
from sandbox.room import MIB, SandboxError

if TYPE_CHECKING:
    from bot.programs.model import Model
    from sandbox.choice import AnySandbox


#: In every index from which pytest can be had.
SMALL = "iniconfig"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, and what does it. It returns what it found, or raises with what to do."""

    name: str
    look: Callable[[Mapping[str, str]], str]
    needed: bool = True


def examine(
    environment: Mapping[str, str], make_model: Callable[[Mapping[str, str]], "Model"], *, measure: bool | None = None
) -> int:
    """Run every check and print its line, at last what the model can really do here.

    Args:
        environment: the operator's settings.
        make_model: makes the model that they name.
        measure: whether to measure the model, which takes minutes; None: if it costs nothing.

    Returns:
        0 when everything that `intern solve` needs is there, 1 otherwise.
    """
    console = Console()
    failed: set[str] = set()
    for check in CHECKS:
        if not _passes(console, check, environment):
            failed.add(check.name)
    if "model" not in failed and _to_measure(environment, measure):
        with console.status("measuring the model") as status:
            say = partial(_say, status)
            look = partial(_fitness, make_model=make_model, say=say)
            if not _passes(console, Check("what the model can do", look), environment):
                failed.add("fitness")
    return 1 if any(check.needed and check.name in failed for check in CHECKS) or "fitness" in failed else 0


def _passes(console: Console, check: Check, environment: Mapping[str, str]) -> bool:
    """Run one check and print its line."""
    passed = True
    try:
        sign, style, found = "✔", "green", check.look(environment)
    except (ConfigurationError, SandboxError, GitHubError) as error:
        sign, style, found = ("✘", "red", str(error)) if check.needed else ("–", "yellow", str(error))
        passed = False
    console.print(Text(f"{sign} ", style) + Text(f"{check.name}: ", "bold") + Text(found), soft_wrap=True)
    return passed


def _to_measure(environment: Mapping[str, str], wanted: bool | None) -> bool:
    """Whether the model is measured: by default one's own, which costs nothing but time."""
    return settings.model_settings(environment).name.startswith("ollama") if wanted is None else wanted


def _say(status: Status, what: str) -> None:
    status.update(f"measuring the model: {what}")


def _fitness(
    environment: Mapping[str, str],
    make_model: Callable[[Mapping[str, str]], "Model"],
    say: Callable[[str], None],
) -> str:
    from bot.fitness.measure import measure
    from bot.programs.configure import configure_dspy
    from bot.sentences.fitness import fit, told_fitness

    configure_dspy()
    minutes = settings.budget(environment).minutes
    sandbox: AnySandbox | None = None
    with ExitStack() as stack:
        with suppress(SandboxError):
            sandbox = _opened(environment)
            stack.callback(sandbox.close)
        fitness = measure(make_model(environment), sandbox, say)
    told = told_fitness(fitness, minutes)
    if not fit(fitness, minutes):
        raise ConfigurationError(told)
    return told


def _engine(environment: Mapping[str, str]) -> str:
    from sandbox.docker.engine import connect

    chosen = settings.sandbox_settings(environment)
    if chosen.driver == "bubblewrap":
        return "not asked, as INTERN_SANDBOX is bubblewrap"
    try:
        client = connect(chosen.docker_host)
    except SandboxError as error:
        if chosen.driver or chosen.docker_host or chosen.runtime:
            raise
        return f"not used, bubblewrap may take its place ({error})"
    try:
        version = client.version()
        return f"Docker {version.get('Version', '?')}, {client.info().get('NCPU', '?')} CPUs"
    finally:
        client.close()


def _sandbox(environment: Mapping[str, str]) -> str:
    with _opened(environment) as sandbox:
        with sandbox.open({}) as room:
            room.execute("print(1)")
        return sandbox.describe()


def _packages(environment: Mapping[str, str]) -> str:
    from sandbox.environment.installation import Installer
    from sandbox.environment.prepare import store_of

    with _opened(environment) as sandbox:
        store = store_of(sandbox)
        Installer(sandbox, store, store.ground("", (), lambda _: None)).rehearse(SMALL)
    return f"what a repository's tests need can be installed ({SMALL} was, for a trial)"


def _opened(environment: Mapping[str, str]) -> "AnySandbox":
    from sandbox.choice import open_sandbox

    chosen = settings.sandbox_settings(environment)
    return open_sandbox(chosen.driver, host=chosen.docker_host, runtime=chosen.runtime)


def _model(environment: Mapping[str, str]) -> str:
    from bot.programs.configure import quiet_litellm

    quiet_litellm()
    found = _found(settings.model_settings(environment), "INTERN_MODEL")
    stronger = settings.stronger_model_settings(environment)
    return f"{found}; where it fails, {_found(stronger, 'INTERN_MODEL_STRONG')}" if stronger else found


def _found(chosen: settings.ModelSettings, setting: str) -> str:
    from bot.programs.availability import check_model

    answers = check_model(chosen.name, chosen.url, chosen.key, setting=setting)
    if not chosen.name.startswith("ollama"):
        where = chosen.url or "its provider"
        return f"{chosen.name} at {where} (not asked: a call may cost money; {_price(chosen.name)})"
    if not answers:
        raise _no_ollama(chosen.url)
    return f"{chosen.name.partition('/')[2]} at {chosen.url}"


def _price(name: str) -> str:
    from bot.programs.hosted import price_of

    sent, received = price_of(name, 1_000_000, 0), price_of(name, 0, 1_000_000)
    if sent is None or received is None:
        return "its price is in no table, so only calls, tokens and minutes limit it"
    return f"a million tokens cost ${sent:.2f} sent and ${received:.2f} received"


def _window(environment: Mapping[str, str]) -> str:
    chosen = settings.model_settings(environment)
    if not chosen.name.startswith("ollama"):
        return f"{chosen.window} tokens, as set by INTERN_MODEL_WINDOW"
    from bot.programs.availability import context_length

    most = context_length(chosen.name, chosen.url, chosen.key)
    if most and chosen.window > most:
        raise ConfigurationError(f"The model holds {most} tokens, INTERN_MODEL_WINDOW asks for {chosen.window}.")
    return f"{chosen.window} tokens are sent with every request (the model holds {most or 'an unknown number'})"


def _programs(environment: Mapping[str, str]) -> str:
    from bot.programs.compilable import signatures_of_programs
    from bot.programs.compiled import load_compiled
    from bot.sentences.optimization import told_programs

    folder = settings.programs_folder(environment)
    loaded = load_compiled(folder, signatures_of_programs())
    told = told_programs(loaded.known(settings.model_settings(environment).name), loaded.refused, folder)
    if loaded.refused:
        raise ConfigurationError(told)
    return told


def _github(environment: Mapping[str, str]) -> str:
    from bot.github.credentials import AppCredentials
    from bot.github.portal import Portal

    chosen = github_settings(environment)
    credentials = AppCredentials(chosen.app_id, chosen.private_key)
    with Portal(chosen.api_url) as portal:
        return f"{portal.run(credentials.account(portal.client), 30)} at {chosen.api_url}"


def _webhook(environment: Mapping[str, str]) -> str:
    server = settings.server_settings(environment)
    return f"a secret of {len(server.webhook_secret)} bytes; listens on {server.host}:{server.port}"


def _store(environment: Mapping[str, str]) -> str:
    from bot.engine.disks import Disks, places_of
    from bot.engine.opening import check_database

    url = settings.database_url(environment)
    check_database(url)
    kept, engine = settings.trajectories(environment), _engine_folder(environment)
    disks = Disks(places_of(url, kept, engine), settings.disk_free(environment))
    if trouble := disks.trouble():
        raise ConfigurationError(trouble)
    free = ", ".join(f"{bytes_ // MIB} MiB at {name}" for name, bytes_ in disks.free().items())
    return f"the database can be used; free are {free}"


def _engine_folder(environment: Mapping[str, str]) -> str:
    """Where the engine keeps its images; "" where none answers, which another check tells."""
    from sandbox.docker.engine import connect

    with suppress(SandboxError), closing(connect(settings.sandbox_settings(environment).docker_host)) as client:
        return str(client.info().get("DockerRootDir", ""))
    return ""


def _no_ollama(url: str) -> ConfigurationError:
    return ConfigurationError(f"No Ollama answers at {url}. Start it with `ollama serve`, or set OLLAMA_BASE_URL.")


CHECKS = (
    Check("Docker engine", _engine),
    Check("sandbox", _sandbox),
    Check("packages", _packages, needed=False),
    Check("model", _model),
    Check("context window", _window),
    Check("compiled programs", _programs, needed=False),
    Check("database and disks", _store, needed=False),
    Check("GitHub App", _github, needed=False),
    Check("webhook", _webhook, needed=False),
)
