"""The bot's comments: one per marker, whatever happens on the way."""

import pytest

from bot.github.comments import LONGEST, with_marker
from bot.github.credentials import TokenCredentials
from bot.github.errors import Forbidden, NotFound
from bot.github.repository import RepositoryClient
from bot.standins.github import Fault
from tests.github.conftest import Shop

MARKER = "<!-- intern:j1:status -->"


def test_a_comment_is_written_once_found_again_and_edited(shop: Shop) -> None:
    one = shop.place.issue("Add", "", by=shop.github.user("wendy"))
    first = shop.client.ensure_comment(one.number, MARKER, "Working.")
    assert shop.client.ensure_comment(one.number, MARKER, "Working again.") == first
    shop.client.edit_comment(first, "Done.", MARKER)
    assert shop.client.ensure_comment(one.number, MARKER, "x") == first
    assert [(c.by.login, c.body) for c in one.comments] == [("code-intern[bot]", f"Done.\n\n{MARKER}")]


def test_somebody_elses_comment_with_our_marker_is_not_ours(shop: Shop) -> None:
    wendy = shop.github.user("wendy")
    one = shop.place.issue("Add", "", by=wendy)
    shop.thread.run(wendy.comments(one, MARKER, send=False))
    other = shop.client.ensure_comment(one.number, "<!-- intern:j0:status -->", f"You said: {MARKER}, didn't you?")
    mine = shop.client.ensure_comment(one.number, MARKER, "Working.")
    assert mine not in {one.comments[0].id, other}
    assert len(one.comments) == 3


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.TRUNCATED, Fault.ERROR_502, Fault.CLOSED, Fault.HTML])
def test_a_lost_answer_never_doubles_a_comment(fault: Fault, shop: Shop) -> None:
    one = shop.place.issue("Add", "", by=shop.github.user("wendy"))
    shop.fail("POST", f"/issues/{one.number}/comments$", fault)
    comment = shop.client.ensure_comment(one.number, MARKER, "Working.")
    assert [c.id for c in one.comments] == [comment]


def test_a_secondary_limit_on_a_comment_waits_as_told(shop: Shop) -> None:
    one = shop.place.issue("Add", "", by=shop.github.user("wendy"))
    shop.fail("POST", "/comments$", Fault.SECONDARY_403, retry_after=33)
    shop.client.ensure_comment(one.number, MARKER, "Working.")
    assert 32 < sum(shop.clock.slept) < 35
    shop.fail("PATCH", "/comments/", Fault.SECONDARY_429, times=2, retry_after=None)
    shop.client.edit_comment(one.comments[0].id, "Done.", MARKER)
    assert 210 < sum(shop.clock.slept) < 217
    assert len(one.comments) == 1


def test_a_long_comment_is_cut_and_keeps_its_marker(shop: Shop) -> None:
    one = shop.place.issue("Add", "", by=shop.github.user("wendy"))
    comment = shop.client.ensure_comment(one.number, MARKER, "\U0001f600" * 70_000)
    body = one.comments[0].body
    assert len(body) <= LONGEST
    assert body.endswith(MARKER)
    assert "cut here" in body
    assert shop.client.ensure_comment(one.number, MARKER, "x") == comment
    assert with_marker(f"x\n\n{MARKER}", MARKER) == f"x\n\n{MARKER}"


def test_a_reaction_is_given_once(shop: Shop) -> None:
    wendy = shop.github.user("wendy")
    one = shop.place.issue("Add", "", by=wendy)
    shop.thread.run(wendy.comments(one, "/intern help", send=False))
    shop.fail("POST", "/reactions$", Fault.LOST)
    for _ in range(2):
        shop.client.react_to_issue(one.number)
        shop.client.react_to_comment(one.comments[0].id)
    assert [r.content for r in one.reactions] == ["eyes"]
    assert [r.content for r in one.comments[0].reactions] == ["eyes"]


def test_deleted_and_locked_are_said_plainly(shop: Shop) -> None:
    one = shop.place.issue("Add", "", by=shop.github.user("wendy"))
    with pytest.raises(NotFound):
        shop.client.edit_comment(987654, "x")
    one.locked = True
    with pytest.raises(Forbidden, match="locked"):
        shop.client.ensure_comment(one.number, MARKER, "Working.")


def test_an_action_comments_with_its_own_token(shop: Shop) -> None:
    one = shop.place.issue("Add", "", by=shop.github.user("wendy"))
    token = TokenCredentials(shop.github.actions_token(shop.place))
    with RepositoryClient(shop.portal, token, shop.repository) as client:
        first = client.ensure_comment(one.number, MARKER, "Working.")
        assert client.ensure_comment(one.number, MARKER, "Working.") == first
    assert one.comments[0].by.login == "github-actions[bot]"
    assert shop.asked("POST", "/access_tokens") == []
