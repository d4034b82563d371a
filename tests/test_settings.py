"""The operator's settings: addresses must hold no secrets, because addresses are shown."""

import pytest

from bot.errors import ConfigurationError
from bot.github_settings import api_url, github_settings
from bot.settings import (
    budget,
    candidates,
    documentation_pages,
    model_names,
    model_settings,
    room_limits,
    sandbox_settings,
    server_settings,
    stronger_model_settings,
)
from bot.words.day import WHOLE_DAY, DayBudget
from sandbox.environment.store import Capacity
from sandbox.room import MIB


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


def test_patience_with_github_and_the_look_for_missed_deliveries_are_minutes() -> None:
    app = {"APP_ID": "1", "PRIVATE_KEY": "a key"}
    assert (github_settings(app).patience, github_settings(app).missed) == (6 * 3600, 600)
    said = github_settings({**app, "INTERN_PATIENCE": "90", "INTERN_MISSED": "0"})
    assert (said.patience, said.missed) == (5400, 0)
    with pytest.raises(ConfigurationError, match=r'INTERN_MISSED is "often"\. It must be a whole number from 0'):
        github_settings({**app, "INTERN_MISSED": "often"})


def test_so_it_is_in_githubs_address() -> None:
    with pytest.raises(ConfigurationError, match="before an @"):
        api_url({"GITHUB_API_URL": "https://user:hunter2@github.example/api/v3"})


@pytest.mark.parametrize("url", ["http://[::1", "http://host:port"])
def test_an_address_that_can_not_be_read_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="OLLAMA_BASE_URL"):
        model_settings({"OLLAMA_BASE_URL": url})


def test_an_at_sign_in_the_path_is_fine() -> None:
    assert model_settings({"OLLAMA_BASE_URL": "http://host/@me/"}).url == "http://host/@me"


def test_what_a_room_may_use_is_the_operators_to_say() -> None:
    limits = room_limits({"INTERN_ROOM_MEMORY": "4096", "INTERN_ROOM_DISK": "2048", "INTERN_ROOM_FILES": "200000"})

    assert (limits.memory, limits.workspace, limits.inodes) == (4096 * MIB, 2048 * MIB, 200_000)
    with pytest.raises(ConfigurationError, match="give it more memory than disk"):
        room_limits({"INTERN_ROOM_MEMORY": "512", "INTERN_ROOM_DISK": "512"})


def test_how_many_rooms_are_kept_and_what_they_may_use_together_is_too() -> None:
    unsaid, said = sandbox_settings({}), sandbox_settings({"INTERN_WARM_ROOMS": "0", "INTERN_MEMORY": "4096"})

    assert (unsaid.warm, unsaid.memory) == (None, None)
    assert (said.warm, said.memory) == (0, 4096 * MIB)
    with pytest.raises(ConfigurationError, match=r"INTERN_MEMORY is 1000 MiB, and a single room may use 1024 MiB"):
        sandbox_settings({"INTERN_MEMORY": "1000"})
    with pytest.raises(ConfigurationError, match="INTERN_WARM_ROOMS"):
        sandbox_settings({"INTERN_WARM_ROOMS": "many"})


def test_how_much_stays_installed_is_the_operators_to_say() -> None:
    said = sandbox_settings({"INTERN_ENVIRONMENTS": "200", "INTERN_ENVIRONMENTS_DISK": "102400"})

    assert (said.environments.entries, said.environments.bytes) == (200, 100 * 2**30)
    assert sandbox_settings({}).environments == Capacity(40, 20 * 2**30)
    with pytest.raises(ConfigurationError, match=r'INTERN_ENVIRONMENTS is "2".*from 3 to'):
        sandbox_settings({"INTERN_ENVIRONMENTS": "2"})


def test_the_sandbox_is_one_of_two() -> None:
    assert sandbox_settings({}).driver == ""
    assert sandbox_settings({"INTERN_SANDBOX": " Bubblewrap "}).driver == "bubblewrap"
    with pytest.raises(ConfigurationError, match=r'INTERN_SANDBOX is "podman"\. Use docker or bubblewrap'):
        sandbox_settings({"INTERN_SANDBOX": "podman"})


def test_pages_of_the_web_are_read_only_on_whole_hosts_that_are_named() -> None:
    named = {"INTERN_DOCUMENTATION_HOSTS": "Docs.Python.org, example.org"}

    assert documentation_pages({}) == (frozenset(), ())
    assert documentation_pages({**named, "INTERN_DOCUMENTATION_PAGES": "https://example.org/a"}) == (
        frozenset({"docs.python.org", "example.org"}),
        ("https://example.org/a",),
    )
    for hosts in ("*.example.org", "https://example.org", "localhost", "example.org:8443"):
        with pytest.raises(ConfigurationError, match="Name whole hosts"):
            documentation_pages({"INTERN_DOCUMENTATION_HOSTS": hosts})
    for page in ("http://example.org/a", "https://other.example/a"):
        with pytest.raises(ConfigurationError, match="INTERN_DOCUMENTATION_PAGES"):
            documentation_pages({**named, "INTERN_DOCUMENTATION_PAGES": page})


def test_a_day_has_limits_of_each_repository_and_of_all_together() -> None:
    secret = {"WEBHOOK_SECRET": "x" * 16}
    assert (budget({}).day, server_settings(secret).whole_day) == (DayBudget(), WHOLE_DAY)
    named = {"JOBS": "3", "MINUTES": "4", "CALLS": "5", "TOKENS": "6000", "MONEY": "0.70"}
    wanted = DayBudget(jobs=3, minutes=4, calls=5, tokens=6000, money=0.7)
    assert budget({f"INTERN_DAY_{name}": value for name, value in named.items()}).day == wanted
    every = {f"INTERN_DAY_ALL_{name}": value for name, value in named.items()}
    assert server_settings(secret | every).whole_day == wanted
    assert budget(every).day == DayBudget()
    with pytest.raises(ConfigurationError, match=r'INTERN_DAY_JOBS is "0"\. It must be a whole number from 1'):
        budget({"INTERN_DAY_JOBS": "0"})
    with pytest.raises(ConfigurationError, match="INTERN_DAY_ALL_MONEY is "):
        server_settings({**secret, "INTERN_DAY_ALL_MONEY": "much"})


def test_a_stronger_model_has_settings_of_its_own_and_inherits_no_key() -> None:
    first = {"INTERN_MODEL_KEY": "secret", "INTERN_MODEL_URL": "http://here", "INTERN_MODEL_WINDOW": "8192"}
    assert stronger_model_settings(first) is None
    hosted = stronger_model_settings({**first, "INTERN_MODEL_STRONG": "openai/gpt-5"})
    assert hosted is not None
    assert (hosted.name, hosted.url, hosted.key, hosted.window) == ("openai/gpt-5", "", "", 16_384)
    local = stronger_model_settings(
        {"INTERN_MODEL_STRONG": "ollama_chat/big", "OLLAMA_BASE_URL": "http://there", "INTERN_MODEL_STRONG_KEY": "k"}
    )
    assert local is not None
    assert (local.url, local.key) == ("http://there", "k")
    assert "'k'" not in repr(local)
    named = model_names({"INTERN_MODEL": "ollama_chat/small", "INTERN_MODEL_STRONG": "openai/gpt-5"})
    assert named == "ollama_chat/small, where it fails openai/gpt-5"


def test_a_stronger_model_is_another_one() -> None:
    with pytest.raises(ConfigurationError, match="Name a stronger one, or leave it out"):
        stronger_model_settings({"INTERN_MODEL_STRONG": "ollama_chat/qwen2.5-coder:7b"})


def test_candidates_are_bounded() -> None:
    assert (candidates({}), candidates({"INTERN_CANDIDATES": "3"})) == (1, 3)
    with pytest.raises(ConfigurationError, match="INTERN_CANDIDATES"):
        candidates({"INTERN_CANDIDATES": "9"})
