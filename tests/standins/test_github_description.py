import json
from pathlib import Path

import pytest

from bot.standins.github import GitHub, Repository
from bot.standins.github.description import GitHubDescription, check, trim
from bot.standins.github.endpoints import OPERATIONS
from tests.standins.client import REPO, Client


@pytest.fixture(scope="module")
def description() -> GitHubDescription:
    return GitHubDescription()


def test_every_described_operation_is_there_and_no_other(description: GitHubDescription) -> None:
    assert set(description.operations) == set(OPERATIONS)


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/git/ref/heads/intern/issue-1", "/git/ref/{ref}"),
        ("/contents/src/app.py", "/contents/{path}"),
        ("/commits/intern/issue-1/check-runs", "/commits/{ref}/check-runs"),
        ("/commits/intern%2Fissue-1", "/commits/{ref}"),
        ("/issues/comments/5", "/issues/comments/{comment_id}"),
    ],
)
def test_paths_with_slashes_find_their_operation(description: GitHubDescription, path: str, template: str) -> None:
    match = description.match("GET", REPO + path)
    assert match is not None
    assert match.template == "/repos/{owner}/{repo}" + template


@pytest.mark.parametrize(
    ("method", "path", "body", "why"),
    [
        ("POST", "/issues/1/comments", {"text": "hello"}, "text: unknown field"),
        ("POST", "/issues/1/comments", {}, "'body' is a required property"),
        ("POST", "/issues/1/comments", None, "a body is required"),
        ("POST", "/issues/1/coments", {"body": "hello"}, "no such operation"),
        ("POST", "/issues/one/comments", {"body": "hello"}, "no such operation"),
        ("POST", "/issues/1/reactions", {"content": "sheep"}, "is not one of"),
        ("POST", "/git/trees", {"tree": [{"path": "a", "text": "b"}]}, "tree[]/text: unknown field"),
        ("POST", "/check-runs", {"name": "n", "head_sha": "a", "status": "done"}, "is not one of"),
        ("GET", "/issues/1", {"body": "hello"}, "takes no body"),
    ],
)
def test_a_request_that_github_would_not_understand_is_named(
    description: GitHubDescription, method: str, path: str, body: object, why: str
) -> None:
    assert why in " ".join(description.request_errors(method, REPO + path, body))


def test_query_parameters_are_judged_too(description: GitHubDescription) -> None:
    path = f"{REPO}/pulls"
    assert description.request_errors("GET", path, None, {"state": "open", "per_page": "100"}) == []
    assert description.request_errors("GET", path, None, {"stat": "open"}) == ["unknown query parameter 'stat'"]
    assert "not one of" in description.request_errors("GET", path, None, {"state": "opened"})[0]


def test_an_answer_that_github_would_not_give_is_named(description: GitHubDescription) -> None:
    path = f"{REPO}/git/ref/heads/main"
    sha = {"sha": "0" * 40, "type": "commit", "url": "http://127.0.0.1/x"}
    good = {"ref": "refs/heads/main", "node_id": "x", "url": "http://127.0.0.1/x", "object": sha}
    assert description.response_errors("GET", path, 200, good) == []
    assert "status 204 is not described" in description.response_errors("GET", path, 204)[0]
    assert "required property" in description.response_errors("GET", path, 200, {"ref": "x"})[0]
    assert "unknown field" in description.response_errors("GET", path, 200, {**good, "branch": "main"})[0]
    assert "is not a 'uri'" in description.response_errors("GET", path, 200, {**good, "url": "main"})[0]


async def test_a_wrong_request_is_a_loud_500_and_remembered(github: GitHub, bot: Client) -> None:
    reply = await bot.ask("POST", f"{REPO}/issues/1/comments", {"text": "hello"})
    assert reply.status == 500
    assert "request violates GitHub's description" in reply.body["message"]
    assert len(github.violations) == 1
    assert f"POST {REPO}/issues/1/comments" in github.violations[0]


async def test_a_wrong_answer_of_our_own_is_a_loud_500(github: GitHub, bot: Client, tally: Repository) -> None:
    issue = tally.issue("Title", by=github.user("alice"))
    assert (await bot.get(f"{REPO}/issues/1"))["title"] == "Title"
    issue.title = None  # type: ignore[assignment]
    reply = await bot.ask("GET", f"{REPO}/issues/1")
    assert reply.status == 500
    assert "response violates GitHub's description" in reply.body["message"]
    assert len(github.violations) == 1


def test_trimming_keeps_what_the_operations_refer_to() -> None:
    whole = json.loads(Path(check.__file__).with_name("github.json").read_text("utf-8"))
    assert trim.trim(whole) == whole
    assert len(json.dumps(whole)) < 200_000
    del whole["components"]["schemas"]["simple-user"]
    with pytest.raises(KeyError, match="simple-user"):
        trim.trim(whole)
