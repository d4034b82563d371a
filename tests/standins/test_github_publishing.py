from typing import Any

import pytest

from bot.standins.github import GitHub, Repository
from tests.standins.client import REPO, Client


async def test_a_branch_becomes_a_draft_pull_request(github: GitHub, bot: Client, tally: Repository) -> None:
    sha = await bot.branch("intern/issue-1", {"sub.py": "def sub(): ...\n"})
    assert tally.read("intern/issue-1")["sub.py"] == b"def sub(): ...\n"
    assert tally.read("intern/issue-1")["tally.py"] == tally.read("main")["tally.py"]
    pull = {"title": "Subtract", "head": "intern/issue-1", "base": "main", "body": "Closes #1", "draft": True}
    made = await bot.post(f"{REPO}/pulls", pull)
    assert (made["user"]["login"], made["user"]["type"]) == ("code-intern[bot]", "Bot")
    assert (made["draft"], made["head"]["sha"], made["changed_files"], made["additions"]) == (True, sha, 1, 1)
    files = await bot.get(f"{REPO}/pulls/{made['number']}/files")
    assert [(file["filename"], file["status"]) for file in files] == [("sub.py", "added")]
    assert files[0]["patch"] == "@@ -0,0 +1 @@\n+def sub(): ..."
    compared = await bot.get(f"{REPO}/compare/main...intern/issue-1")
    assert (compared["status"], compared["ahead_by"], compared["behind_by"]) == ("ahead", 1, 0)
    assert compared["merge_base_commit"]["sha"] == tally.branches["main"]
    listed = await bot.get(f"{REPO}/pulls?state=open&head=alice:intern/issue-1")
    assert [one["number"] for one in listed] == [made["number"]]
    assert await bot.get(f"{REPO}/pulls?state=closed") == []
    assert github.violations == []


async def test_only_a_commit_without_author_is_verified(bot: Client, tally: Repository) -> None:
    head = tally.branches["main"]
    commit: dict[str, Any] = {"message": "m", "tree": tally.log(head)[0].tree, "parents": [head]}
    signed = await bot.post(f"{REPO}/git/commits", commit)
    assert signed["verification"]["verified"] is True
    assert signed["author"]["name"] == "code-intern[bot]"
    assert signed["committer"]["name"] == "GitHub"
    author = {"name": "Alice", "email": "alice@example.com"}
    plain = await bot.post(f"{REPO}/git/commits", {**commit, "author": author})
    assert plain["verification"] == {
        "verified": False,
        "reason": "unsigned",
        "signature": None,
        "payload": None,
        "verified_at": None,
    }
    assert tally.verified == {signed["sha"]}


async def test_references_are_created_once_and_move_forward_only(bot: Client, tally: Repository) -> None:
    old = tally.branches["main"]
    new = await bot.branch("topic", {"a": "b"})
    twice = await bot.ask("POST", f"{REPO}/git/refs", {"ref": "refs/heads/topic", "sha": old})
    assert (twice.status, twice.body["message"]) == (422, "Reference already exists")
    back = await bot.ask("PATCH", f"{REPO}/git/refs/heads/topic", {"sha": old})
    assert (back.status, back.body["message"]) == (422, "Update is not a fast forward")
    assert tally.branches["topic"] == new
    forced = await bot.ask("PATCH", f"{REPO}/git/refs/heads/topic", {"sha": old, "force": True})
    assert (forced.status, tally.branches["topic"]) == (200, old)
    for ref in ("heads/topic", "refs/heads/a..b", "refs/heads/topic/below"):
        assert (await bot.ask("POST", f"{REPO}/git/refs", {"ref": ref, "sha": old})).status == 422
    missing = await bot.ask("POST", f"{REPO}/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40})
    assert (missing.status, missing.body["message"]) == (422, "Object does not exist")
    assert (await bot.ask("DELETE", f"{REPO}/git/refs/heads/topic")).status == 204
    assert (await bot.ask("GET", f"{REPO}/git/ref/heads/topic")).status == 404


@pytest.mark.parametrize(
    "entry",
    [
        {"path": "nothing", "mode": "100644", "type": "blob", "sha": None},
        {"path": "../up", "mode": "100644", "type": "blob", "content": "x"},
        {"path": "a", "mode": "100644", "type": "blob", "sha": "1" * 40},
        {"path": "a", "mode": "100644", "type": "blob"},
        {"path": "a", "mode": "100644", "type": "blob", "sha": "1" * 40, "content": "x"},
    ],
)
async def test_a_tree_that_makes_no_sense_is_refused(bot: Client, tally: Repository, entry: Any) -> None:
    body = {"base_tree": tally.branches["main"], "tree": [entry]}
    assert (await bot.ask("POST", f"{REPO}/git/trees", body)).status == 422


async def test_workflows_need_a_permission_of_their_own(bot: Client, tally: Repository) -> None:
    entry = {"path": ".github/workflows/x.yml", "mode": "100644", "type": "blob", "content": "on: push"}
    body = {"base_tree": tally.branches["main"], "tree": [entry]}
    assert (await bot.ask("POST", f"{REPO}/git/trees", body)).status == 403


async def test_a_pull_request_is_refused_with_githubs_reasons(bot: Client, tally: Repository) -> None:
    await bot.branch("topic", {"a": "b"})
    pull = {"title": "t", "head": "topic", "base": "main"}

    async def reason(**changed: object) -> str:
        reply = await bot.ask("POST", f"{REPO}/pulls", {**pull, **changed})
        assert reply.status == 422
        return str(reply.body)

    assert "'field': 'head'" in await reason(head="missing")
    assert "'field': 'head'" in await reason(head="mallory:topic")
    assert "'field': 'base'" in await reason(base="missing")
    assert "No commits between main and main" in await reason(head="main")
    assert "body is too long (maximum is 65536 characters)" in await reason(body="é" * 65537)
    assert "title is too long (maximum is 256 characters)" in await reason(title="é" * 257)
    tally.drafts = False
    assert "Draft pull requests are not supported" in await reason(draft=True)
    await bot.post(f"{REPO}/pulls", {**pull, "body": "é" * 65536, "title": "é" * 256})
    assert "A pull request already exists for alice:topic." in await reason()


async def test_deleting_the_branch_closes_the_pull_request(bot: Client, tally: Repository) -> None:
    sha = await bot.branch("topic", {"a": "b"})
    await bot.post(f"{REPO}/pulls", {"title": "t", "head": "topic", "base": "main"})
    await bot.ask("DELETE", f"{REPO}/git/refs/heads/topic")
    assert (tally.pulls[0].state, tally.pulls[0].head_sha) == ("closed", sha)


async def test_checks_and_statuses_of_a_commit(github: GitHub, bot: Client, tally: Repository) -> None:
    head = tally.branches["main"]
    made = await bot.post(f"{REPO}/check-runs", {"name": "intern", "head_sha": head, "status": "in_progress"})
    path = f"{REPO}/check-runs/{made['id']}"
    output = {"title": "Proven", "summary": "All good."}
    done = await bot.ask("PATCH", path, {"conclusion": "success", "output": output})
    assert (done.status, done.body["status"], done.body["output"]["title"]) == (200, "completed", "Proven")
    runs = await bot.get(f"{REPO}/commits/main/check-runs")
    assert (runs["total_count"], runs["check_runs"][0]["conclusion"]) == (1, "success")
    assert (await bot.get(f"{REPO}/commits/main/status"))["state"] == "pending"
    tally.status("main", "ci/elsewhere", "failure", "2 failed")
    combined = await bot.get(f"{REPO}/commits/main/status")
    assert (combined["state"], combined["statuses"][0]["description"]) == ("failure", "2 failed")
    assert github.violations == []
    many = [{"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "m"}] * 51
    assert (await bot.ask("PATCH", path, {"output": {**output, "annotations": many}})).status == 500
    assert "annotations" in github.violations[0]
