"""Who may ask the bot: every doubt is a no."""

import pytest

from bot.decisions.admission.authorize import is_human, labelled_by, may_command
from bot.words.job import Person
from bot.words.label_event import LabelEvent

ADA = Person(id=7, login="ada")


@pytest.mark.parametrize("permission", ["admin", "write"])
def test_writers_and_admins_may_command(permission: str) -> None:
    assert may_command({"permission": permission, "user": {"id": 7, "login": "ada"}}, ADA)


@pytest.mark.parametrize(
    "answer",
    [
        {"permission": "read", "role_name": "triage", "user": {"id": 7}},
        {"permission": "none", "user": {"id": 7}},
        {"permission": "maintain", "user": {"id": 7}},
        {"permission": "write", "user": {"id": 8, "login": "ada"}},
        {"permission": "write", "user": None},
        {"permission": "write", "user": {"id": True}},
        {"permission": "write"},
        {"permission": ["write"], "user": {"id": 7}},
        {"permission": "write", "user": [7]},
        {"message": "Not Found"},
        ["admin"],
        "admin",
        None,
    ],
)
def test_everything_else_may_not(answer: object) -> None:
    assert not may_command(answer, ADA)


def test_nobody_is_the_deleted_account() -> None:
    assert not may_command({"permission": "admin", "user": {"id": 0}}, Person(id=0, login="ghost"))


@pytest.mark.parametrize(
    ("kind", "login", "app"),
    [("Bot", "ada", None), ("User", "ada[bot]", None), ("User", "ada", {"slug": "x"}), (None, "ada", None),
     ("Organization", "ada", None), ("User", "", None), ("User", None, None)],
)  # fmt: skip
def test_bots_and_apps_are_no_humans(kind: object, login: object, app: object) -> None:
    assert is_human("User", "ada", None)
    assert not is_human(kind, login, app)


def test_the_label_counts_only_from_the_person_who_put_it_there_by_hand() -> None:
    event = LabelEvent(id=3, actor=ADA, created_at="2026-01-31T12:00:00Z")
    assert labelled_by(event, ADA)
    assert not labelled_by(None, ADA)
    assert not labelled_by(event, Person(id=8, login="ada"))
    assert not labelled_by(event.model_copy(update={"through_app": True}), ADA)
