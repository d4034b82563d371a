"""`intern doctor`: looks at what the bot needs and says, in one line each, what is wrong and what to do."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from bot import settings
from bot.errors import ConfigurationError, GitHubError
from sandbox.room import SandboxError


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, and what does it. It returns what it found, or raises with what to do."""

    name: str
    look: Callable[[Mapping[str, str]], str]
    needed: bool = True


def examine(environment: Mapping[str, str]) -> int:
    """Run every check and print its line.

    Returns:
        0 when everything that `intern solve` needs is there, 1 otherwise.
    """
    console = Console()
    healthy = True
    for check in CHECKS:
        try:
            sign, style, found = "✔", "green", check.look(environment)
        except (ConfigurationError, SandboxError, GitHubError) as error:
            sign, style, found = ("✘", "red", str(error)) if check.needed else ("–", "yellow", str(error))
            healthy = healthy and not check.needed
        console.print(Text(f"{sign} ", style) + Text(f"{check.name}: ", "bold") + Text(found), soft_wrap=True)
    return 0 if healthy else 1


def _engine(environment: Mapping[str, str]) -> str:
    from sandbox.docker.engine import connect

    chosen = settings.sandbox_settings(environment)
    if chosen.driver == "bubblewrap":
        return "not asked, as INTERN_SANDBOX is bubblewrap"
    try:
        client = connect(chosen.docker_host)
    except SandboxError:
        if chosen.driver or chosen.docker_host or chosen.runtime:
            raise
        return "none answers; bubblewrap may take its place"
    try:
        version = client.version()
        return f"Docker {version.get('Version', '?')}, {client.info().get('NCPU', '?')} CPUs"
    finally:
        client.close()


def _sandbox(environment: Mapping[str, str]) -> str:
    from sandbox.choice import open_sandbox

    chosen = settings.sandbox_settings(environment)
    with open_sandbox(chosen.driver, host=chosen.docker_host, runtime=chosen.runtime) as sandbox:
        with sandbox.open({}) as room:
            room.execute("print(1)")
        return sandbox.describe()


def _model(environment: Mapping[str, str]) -> str:
    from bot.programs.availability import check_model
    from bot.programs.configure import quiet_litellm

    chosen = settings.model_settings(environment)
    quiet_litellm()
    answers = check_model(chosen.name, chosen.url, chosen.key)
    if not chosen.name.startswith("ollama"):
        return f"{chosen.name} at {chosen.url or 'its provider'} (not asked: a call may cost money)"
    if not answers:
        raise _no_ollama(chosen.url)
    return f"{chosen.name.partition('/')[2]} at {chosen.url}"


def _window(environment: Mapping[str, str]) -> str:
    chosen = settings.model_settings(environment)
    if not chosen.name.startswith("ollama"):
        return f"{chosen.window} tokens, as set by INTERN_MODEL_WINDOW"
    shown = _ask(f"{chosen.url}/api/show", {"model": chosen.name.partition("/")[2]})
    information = shown.get("model_info") or {}
    lengths = [value for name, value in information.items() if name.endswith(".context_length")]
    most = max((length for length in lengths if isinstance(length, int)), default=0)
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

    chosen = settings.github_settings(environment)
    credentials = AppCredentials(chosen.app_id, chosen.private_key)
    with Portal(chosen.api_url) as portal:
        return f"{portal.run(credentials.account(portal.client), 30)} at {chosen.api_url}"


def _webhook(environment: Mapping[str, str]) -> str:
    server = settings.server_settings(environment)
    return f"a secret of {len(server.webhook_secret)} bytes; listens on {server.host}:{server.port}"


def _ask(url: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers)  # noqa: S310  (settings let only http(s) in)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  (likewise)
            found = json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError, OSError) as error:
        raise _no_ollama(url) from error
    return found if isinstance(found, dict) else {}


def _no_ollama(url: str) -> ConfigurationError:
    return ConfigurationError(f"No Ollama answers at {url}. Start it with `ollama serve`, or set OLLAMA_BASE_URL.")


CHECKS = (
    Check("Docker engine", _engine),
    Check("sandbox", _sandbox),
    Check("model", _model),
    Check("context window", _window),
    Check("compiled programs", _programs, needed=False),
    Check("GitHub App", _github, needed=False),
    Check("webhook", _webhook, needed=False),
)
