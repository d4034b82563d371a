import re

import jwt
import pytest

from bot.standins.github import App, GitHub, Repository
from tests.standins.client import REPO, Client


async def test_the_app_knows_itself(github: GitHub, bot: Client) -> None:
    assert (await bot.get("/app", jwt=bot.sign()))["id"] == github.app.id
    assert (await bot.get("/app", jwt=bot.sign(iss=github.app.client_id)))["slug"] == "code-intern"
    assert (await bot.get(f"{REPO}/installation", jwt=bot.sign()))["app_slug"] == "code-intern"


@pytest.mark.parametrize(
    ("claims", "status", "message"),
    [
        ({"exp": 11 * 60}, 401, "too far in the future"),
        ({"exp": -1}, 401, "future time"),
        ({"iat": 120}, 401, "'Issued at'"),
    ],
)
async def test_a_jwt_with_wrong_times_is_refused(
    github: GitHub, bot: Client, claims: dict[str, int], status: int, message: str
) -> None:
    now = int(github.clock())
    reply = await bot.ask("GET", "/app", jwt=bot.sign(**{name: now + off for name, off in claims.items()}))
    assert reply.status == status
    assert message in reply.body["message"]


async def test_a_jwt_of_somebody_else_is_refused(github: GitHub, bot: Client) -> None:
    now = int(github.clock())
    claims = {"iat": now - 60, "exp": now + 500, "iss": str(github.app.id)}
    stranger = jwt.encode(claims, App.generate().private_key, "RS256")
    symmetric = jwt.encode(claims, "a" * 64, "HS256")
    unsigned = jwt.encode(claims, "", "none")
    for forged in (stranger, symmetric, unsigned):
        assert (await bot.ask("GET", "/app", jwt=forged)).status == 401
    assert (await bot.ask("GET", "/app", jwt=bot.sign(iss="99"))).status == 404
    assert (await bot.ask("GET", "/app")).status == 401


async def test_tokens_come_in_both_forms_of_github(bot: Client) -> None:
    tokens = [(await bot.log_in())["token"] for _ in range(4)]
    assert all(re.fullmatch(r"ghs_[A-Za-z0-9._-]{36,520}", token) for token in tokens)
    assert any(len(token) == 40 for token in tokens)
    assert any(len(token) > 500 and {"-", ".", "_"} <= set(token[4:]) for token in tokens)


async def test_a_token_ends_after_an_hour_or_when_it_is_revoked(github: GitHub, bot: Client) -> None:
    await bot.get(REPO)
    github.clock.advance(3601)
    reply = await bot.ask("GET", REPO)
    assert (reply.status, reply.body["message"]) == (401, "Bad credentials")
    await bot.log_in()
    assert (await bot.ask("DELETE", "/installation/token")).status == 204
    assert (await bot.ask("GET", REPO)).status == 401
    assert (await bot.ask("GET", REPO, token="ghs_never")).status == 401


async def test_a_narrowed_token_reaches_only_what_it_names(github: GitHub, bot: Client) -> None:
    other = github.repository("alice/other", {"a": "b"})
    made = await bot.log_in(repositories=["tally"], permissions={"contents": "read"})
    assert [found["name"] for found in made["repositories"]] == ["tally"]
    assert made["permissions"] == {"contents": "read"}
    assert (await bot.ask("GET", "/repos/alice/other")).status == 404
    await bot.get(f"{REPO}/contents/tally.py")
    for method, path, body in (
        ("POST", "/git/blobs", {"content": "x"}),
        ("GET", "/pulls", None),
        ("POST", "/issues/1/comments", {"body": "x"}),
    ):
        reply = await bot.ask(method, REPO + path, body)
        assert (reply.status, reply.body["message"]) == (403, "Resource not accessible by integration")
    await bot.log_in(repository_ids=[other.id])
    assert [one["name"] for one in (await bot.get("/installation/repositories"))["repositories"]] == ["other"]


async def test_more_than_the_installation_has_is_not_granted(github: GitHub, bot: Client) -> None:
    github.repository("carol/hers", {"a": "b"})
    installation = github.installation(github.user("alice"))
    assert installation is not None
    path = f"/app/installations/{installation.id}/access_tokens"
    for body in (
        {"repositories": ["hers"]},
        {"repositories": ["nothing"]},
        {"permissions": {"workflows": "write"}},
    ):
        assert (await bot.ask("POST", path, body, jwt=bot.sign())).status == 422
    assert (await bot.ask("GET", "/repos/carol/hers")).status == 404


async def test_a_suspended_installation_gets_nothing(github: GitHub, bot: Client) -> None:
    installation = github.installation(github.user("alice"))
    assert installation is not None
    installation.suspended = github.clock()
    assert (await bot.ask("GET", REPO)).status == 403
    path = f"/app/installations/{installation.id}/access_tokens"
    assert (await bot.ask("POST", path, jwt=bot.sign())).status == 403
    assert (await bot.get(f"{REPO}/installation", jwt=bot.sign()))["suspended_at"]


async def test_issues_and_pull_requests_are_two_permissions(github: GitHub, bot: Client, tally: Repository) -> None:
    alice = github.user("alice")
    tally.issue("An issue", by=alice)
    github.commit(tally, "topic", {"a": "b"}, "m", alice)
    tally.pull("A pull request", by=alice, head="topic")
    await bot.log_in(permissions={"pull_requests": "write", "contents": "read"})
    await bot.post(f"{REPO}/issues/2/comments", {"body": "on the pull request"})
    assert (await bot.ask("POST", f"{REPO}/issues/1/comments", {"body": "x"})).status == 403


async def test_the_token_of_a_workflow_acts_as_github_actions(github: GitHub, bot: Client, tally: Repository) -> None:
    tally.issue("An issue", by=github.user("alice"))
    bot.token = github.actions_token(tally)
    made = await bot.post(f"{REPO}/issues/1/comments", {"body": "hello"})
    assert made["user"]["login"] == "github-actions[bot]"
    await bot.branch("topic", {"a": "b"})
    tally.actions_open_pulls = False
    pull = {"title": "t", "head": "topic", "base": "main"}
    reply = await bot.ask("POST", f"{REPO}/pulls", pull)
    assert (reply.status, "not permitted to create" in reply.body["message"]) == (403, True)
    bot.token = github.actions_token(tally, {"contents": "read"})
    assert (await bot.ask("POST", f"{REPO}/issues/1/comments", {"body": "x"})).status == 403


@pytest.mark.parametrize(
    ("login", "permission", "role"),
    [
        ("alice", "admin", "admin"),
        ("mia", "write", "maintain"),
        ("bob", "write", "write"),
        ("tom", "read", "triage"),
        ("passerby", "read", "read"),
    ],
)
async def test_the_role_of_a_person(github: GitHub, bot: Client, login: str, permission: str, role: str) -> None:
    github.user(login)
    shown = await bot.get(f"{REPO}/collaborators/{login}/permission")
    assert (shown["permission"], shown["role_name"]) == (permission, role)


async def test_a_stranger_to_a_private_repository_has_no_role(github: GitHub, bot: Client) -> None:
    github.user("passerby")
    github.repository("alice/secret", {"a": "b"}, private=True)
    shown = await bot.get("/repos/alice/secret/collaborators/passerby/permission")
    assert shown["permission"] == "none"
    assert (await bot.ask("GET", "/repos/alice/secret", token="")).status == 404
    assert (await bot.ask("GET", f"{REPO}/collaborators/nobody/permission")).status == 404
