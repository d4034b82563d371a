"""The files that GitHub reads, `action.yml` and `app.yml`, against the code."""

import inspect
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import yaml

from bot import settings
from bot.action import EVENTS
from bot.decisions.admission.read import FOREIGN
from bot.errors import ConfigurationError
from bot.github.stage import OPTIONAL, PERMISSIONS

ROOT = Path(__file__).parent.parent.parent
LEVELS = ("read", "write")
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def parsed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return found


def test_the_app_asks_for_what_the_code_needs_and_nothing_more() -> None:
    needed: dict[str, str] = {}
    for permissions in (*PERMISSIONS.values(), OPTIONAL):
        for name, level in permissions.items():
            needed[name] = max(needed.get(name, "read"), level, key=LEVELS.index)
    assert parsed("app.yml")["default_permissions"] == needed


def test_the_app_subscribes_to_what_the_code_reads() -> None:
    # `workflow_dispatch` comes in an Action's event file only, and every App is told of its installations.
    unasked = {"workflow_dispatch", "installation", "installation_repositories"}
    assert set(parsed("app.yml")["default_events"]) == set(FOREIGN) - unasked
    # What becomes of a pull request and of the App is the server's business alone.
    assert set(EVENTS) == set(FOREIGN) - {"pull_request", "repository", "installation", "installation_repositories"}


def test_the_app_is_private_and_its_webhook_ends_where_the_server_listens() -> None:
    from bot.server.app import WEBHOOK_PATH

    app = parsed("app.yml")
    assert app["public"] is False
    assert app["hook_attributes"]["url"].endswith(WEBHOOK_PATH)


def test_no_expression_is_ever_part_of_a_command() -> None:
    """https://docs.github.com/en/actions/concepts/security/script-injections ."""
    runs = parsed("action.yml")["runs"]
    assert runs["using"] == "composite"
    for step in runs["steps"]:
        for key, value in step.items():
            if key not in ("env", "with", "working-directory"):
                assert "${{" not in str(value), f"{key}: {value}"


def test_expressions_name_only_what_nobody_outside_writes() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    inputs = parsed("action.yml")["inputs"]
    used = set(EXPRESSION.findall(text))
    assert {name.removeprefix("inputs.") for name in used if name.startswith("inputs.")} == set(inputs)
    others = {name for name in used if not name.startswith("inputs.")}
    assert others == {"github.token", "github.action_path", "runner.temp"}


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    names: ClassVar[set[str]] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def test_the_actions_inputs_reach_settings_that_exist() -> None:
    readers = [one for name, one in inspect.getmembers(settings, inspect.isfunction) if not name.startswith("_")]
    for reader in readers:
        if list(inspect.signature(reader).parameters) == ["environment"]:
            with suppress(ConfigurationError):
                reader(Asked())
    composition = (ROOT / "bot/composition.py").read_text("utf-8")
    names = [name for step in parsed("action.yml")["runs"]["steps"] for name in step.get("env", {})]
    assert "INTERN_MODEL" in names
    for name in names:
        assert name in Asked.names or f'"{name}"' in composition or name == "ACTION_PATH", name


def test_every_foreign_action_is_pinned_to_a_commit() -> None:
    workflows = [ROOT / "action.yml", *(ROOT / ".github").rglob("*.yml")]
    for file in workflows:
        for used in re.findall(r"uses:\s*(\S+)", file.read_text(encoding="utf-8")):
            assert used.startswith("./") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used), f"{file.name}: {used}"


def test_every_shell_step_names_its_shell() -> None:
    for step in parsed("action.yml")["runs"]["steps"]:
        assert ("run" in step) == ("shell" in step)
