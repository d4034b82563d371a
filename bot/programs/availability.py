"""Availability: whether a model of that name can be had at all, asked before any work begins."""

import http.client
import json
import urllib.error
import urllib.request

from bot.errors import ConfigurationError

SECONDS = 10.0


def check_model(name: str, url: str, key: str = "") -> bool:
    """Refuse a model that is not there. Costs no tokens.

    Args:
        name: LiteLLM's name, "provider/model".
        url: root of an Ollama server; not looked at for other models.
        key: sent to the Ollama server, if any.

    Returns:
        False when an Ollama should know but does not answer; it may come up later.

    Raises:
        ConfigurationError: Ollama has no such model, or LiteLLM no such provider.
    """
    provider, _, model = name.partition("/")
    if not provider.startswith("ollama"):
        _check_provider(name, provider)
        return True
    names = _ollama_models(url, key)
    if names is not None and not {model, f"{model}:latest"} & names:
        raise ConfigurationError(f'Ollama at {url} has no "{model}". Run `ollama pull {model}`, or set INTERN_MODEL.')
    return names is not None


def _ollama_models(url: str, key: str) -> set[str] | None:
    """https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models ; None when nothing answers."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        request = urllib.request.Request(f"{url}/api/tags", headers=headers)  # noqa: S310  (settings let only http(s) in)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  (likewise)
            models = json.load(answer)["models"]
        return {str(model["name"]) for model in models}
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None


def _check_provider(name: str, provider: str) -> None:
    from litellm.types.utils import LlmProviders  # costs 4 seconds: only whoever uses it should pay

    if provider not in {str(known.value) for known in LlmProviders}:
        raise ConfigurationError(
            f'INTERN_MODEL is "{name}", and LiteLLM knows no provider "{provider}". '
            "See https://docs.litellm.ai/docs/providers ."
        )
