"""Availability: whether a model of that name can be had at all, asked before any work begins."""

import http.client
import json
import urllib.request
from typing import Any

from bot.errors import ConfigurationError

SECONDS = 10.0
#: Bytes. `/api/show` tells a model's licence and template, too.
LONGEST_ANSWER = 4 * 2**20


def check_model(name: str, url: str, key: str = "", window: int = 0, setting: str = "INTERN_MODEL") -> bool:
    """Refuse a model that is not there, or that holds less than it is to be sent. Costs no tokens.

    Args:
        name: LiteLLM's name, "provider/model".
        url: root of an Ollama server; not looked at for other models.
        key: sent to the Ollama server, if any.
        window: tokens that will be asked for; 0 to leave that unchecked.
        setting: the operator's word for it, for messages.

    Returns:
        False when an Ollama should know but does not answer; it may come up later.

    Raises:
        ConfigurationError: Ollama has no such model or one with a smaller window, or LiteLLM no such provider.
    """
    provider, _, model = name.partition("/")
    if not provider.startswith("ollama"):
        _check_provider(name, provider, setting)
        return True
    names = _ollama_models(url, key)
    if names is not None and not {model, f"{model}:latest"} & names:
        raise ConfigurationError(f'Ollama at {url} has no "{model}". Run `ollama pull {model}`, or set {setting}.')
    most = context_length(name, url, key) if window and names is not None else None
    if most is not None and window > most:
        raise ConfigurationError(
            f"{model} holds {most} tokens, and {window} would be asked for. Set {setting}_WINDOW to {most}."
        )
    return names is not None


def context_length(name: str, url: str, key: str = "") -> int | None:
    """The most tokens that a model on an Ollama server holds; None when nothing answers, or does not say.

    https://github.com/ollama/ollama/blob/main/docs/api.md#show-model-information
    """
    shown = _asked(f"{url}/api/show", key, {"model": name.partition("/")[2]})
    information = shown.get("model_info")
    lengths = information.items() if isinstance(information, dict) else ()
    found = [value for name, value in lengths if name.endswith(".context_length") and isinstance(value, int)]
    return max(found, default=None)


def _ollama_models(url: str, key: str) -> set[str] | None:
    """https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models ; None when nothing answers."""
    models = _asked(f"{url}/api/tags", key).get("models")
    if not isinstance(models, list):
        return None
    return {str(model["name"]) for model in models if isinstance(model, dict) and "name" in model}


def _asked(url: str, key: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    """The JSON object that a server answers; {} for anything else."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    data = json.dumps(body).encode() if body else None
    try:
        request = urllib.request.Request(url, data, headers)  # noqa: S310  (settings let only http(s) in)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  (likewise)
            found = json.loads(answer.read(LONGEST_ANSWER))
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _check_provider(name: str, provider: str, setting: str) -> None:
    from litellm.types.utils import LlmProviders  # costs 4 seconds: only whoever uses it should pay

    if provider not in {str(known.value) for known in LlmProviders}:
        raise ConfigurationError(
            f'{setting} is "{name}", and LiteLLM knows no provider "{provider}". '
            "See https://docs.litellm.ai/docs/providers ."
        )
