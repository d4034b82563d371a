"""What is somewhere else, or gone: renamed and transferred repositories, issues that left, refs that rules protect."""

from bot.standins.github import GitHub, Repository
from tests.standins.client import REPO, Client


async def test_a_former_name_leads_on_until_it_is_taken(github: GitHub, bot: Client, tally: Repository) -> None:
    tally.issue("Title", by=github.user("alice"))
    github.move(tally, "alice/abacus")
    there = f"{github.url}/repositories/{tally.id}"
    reply = await bot.ask("GET", f"{REPO}/issues/1/comments")
    assert (reply.status, reply.headers["Location"]) == (301, f"{there}/issues/1/comments")
    asked = await bot.ask("GET", f"{REPO}/issues/1/comments?per_page=7")
    assert asked.headers["Location"] == f"{there}/issues/1/comments?per_page=7"
    written = await bot.ask("POST", f"{REPO}/issues/1/comments", {"body": "x"})
    assert (written.status, written.headers["Location"]) == (307, f"{there}/issues/1/comments")
    await bot.post(f"{there}/issues/1/comments", {"body": "x"})
    assert (await bot.get(there))["full_name"] == "alice/abacus"
    assert (await bot.ask("GET", REPO, token="")).status == 301
    assert (await bot.ask("GET", f"{github.url}/repositories/7")).status == 404
    taken = github.repository("alice/tally", {"a": "b"})
    assert (await bot.get(REPO))["id"] == taken.id
    assert github.violations == []


async def test_a_transferred_repository_is_out_of_reach(github: GitHub, bot: Client, tally: Repository) -> None:
    github.move(tally, "carol/tally")
    assert (await bot.ask("GET", f"{REPO}/pulls")).status == 404
    installation = github.installation(github.user("alice"))
    assert installation is not None
    path = f"/app/installations/{installation.id}/access_tokens"
    assert (await bot.ask("POST", path, {"repository_ids": [tally.id]}, jwt=bot.sign())).status == 422


async def test_a_deleted_issue_is_gone_and_a_transferred_one_leads_on(
    github: GitHub, bot: Client, tally: Repository
) -> None:
    alice, other = github.user("alice"), github.repository("alice/other", {"a": "b"})
    hidden = github.repository("carol/hidden", {"a": "b"}, private=True)
    deleted, moved, secret = (tally.issue("Title", by=alice) for _ in range(3))
    await alice.comments(moved, "hello")
    await alice.deletes(deleted)
    await alice.transfers(moved, other)
    await alice.transfers(secret, hidden)
    assert (await bot.ask("GET", f"{REPO}/issues/1")).status == 410
    reply = await bot.ask("GET", f"{REPO}/issues/2")
    assert (reply.status, reply.headers["Location"]) == (301, f"{github.url}/repositories/{other.id}/issues/1")
    assert (await bot.ask("GET", f"{REPO}/issues/2/comments")).status == 404
    assert (await bot.ask("GET", f"{REPO}/issues/3")).status == 404
    assert [comment.body for comment in other.issues[1].comments] == ["hello"]
    assert tally.issue("Title", by=alice).number == 4
    assert [one.payload["action"] for one in github.deliveries] == ["created", "deleted", "transferred", "transferred"]


async def test_a_ruleset_refuses_refs(github: GitHub, bot: Client, tally: Repository) -> None:
    tally.restricted = "refs/heads/intern/*"
    body = {"ref": "refs/heads/intern/issue-1", "sha": tally.branches["main"]}
    reply = await bot.ask("POST", f"{REPO}/git/refs", body)
    assert (reply.status, "Repository rule violations found" in reply.body["message"]) == (422, True)
    assert (await bot.ask("POST", f"{REPO}/git/refs", {**body, "ref": "refs/heads/x"})).status == 201
    assert set(tally.branches) == {"main", "x"}


async def test_deliveries_are_kept_for_three_days(github: GitHub, bot: Client, tally: Repository) -> None:
    alice = github.user("alice")
    github.webhook_url = "http://127.0.0.1:9/hook"
    await alice.opens(tally, "Title")
    (failed,) = await bot.get("/app/hook/deliveries", jwt=bot.sign())
    github.clock.advance(3 * 24 * 3600 + 1)
    assert await bot.get("/app/hook/deliveries", jwt=bot.sign()) == []
    assert (await bot.ask("POST", f"/app/hook/deliveries/{failed['id']}/attempts", jwt=bot.sign())).status == 404
