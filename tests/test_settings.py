"""The operator's settings: addresses must hold no secrets, because addresses are shown."""

import pytest

from bot.errors import ConfigurationError
from bot.settings import api_url, model_settings


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("OLLAMA_BASE_URL", "http://user:hunter2@127.0.0.1:11434"),
        ("INTERN_MODEL_URL", "https://hunter2@models.example/v1"),
        ("INTERN_MODEL_URL", "user:hunter2@models.example"),
    ],
)
def test_a_user_or_password_in_an_address_is_refused_and_not_shown(name: str, url: str) -> None:
    with pytest.raises(ConfigurationError, match="before an @") as caught:
        model_settings({name: url})
    assert name in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_so_it_is_in_githubs_address() -> None:
    with pytest.raises(ConfigurationError, match="before an @"):
        api_url({"GITHUB_API_URL": "https://user:hunter2@github.example/api/v3"})


@pytest.mark.parametrize("url", ["http://[::1", "http://host:port"])
def test_an_address_that_can_not_be_read_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="OLLAMA_BASE_URL"):
        model_settings({"OLLAMA_BASE_URL": url})


def test_an_at_sign_in_the_path_is_fine() -> None:
    assert model_settings({"OLLAMA_BASE_URL": "http://host/@me/"}).url == "http://host/@me"
