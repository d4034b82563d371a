import pytest

from bot.standins.github import GitHub, Issue, Repository
from tests.standins.client import REPO, Client


@pytest.fixture
def issue(github: GitHub, tally: Repository) -> Issue:
    return tally.issue("Add subtraction", "Please.", by=github.user("alice"))


async def test_a_comment_is_written_edited_read_and_removed(bot: Client, issue: Issue) -> None:
    made = await bot.post(f"{REPO}/issues/1/comments", {"body": "Working."})
    path = f"{REPO}/issues/comments/{made['id']}"
    assert made["performed_via_github_app"]["slug"] == "code-intern"
    assert (await bot.ask("PATCH", path, {"body": "Done."})).body["body"] == "Done."
    assert [issue.comments[0].body, *issue.comments[0].edits] == ["Done.", "Working."]
    assert (await bot.get(path))["body"] == "Done."
    assert (await bot.ask("DELETE", path)).status == 204
    assert (await bot.ask("GET", path)).status == 404
    assert issue.comments == []


async def test_a_reaction_counts_once(bot: Client, issue: Issue) -> None:
    path = f"{REPO}/issues/1/reactions"
    assert (await bot.ask("POST", path, {"content": "eyes"})).status == 201
    again = await bot.ask("POST", path, {"content": "eyes"})
    assert again.status == 200
    assert [one["content"] for one in await bot.get(path)] == ["eyes"]
    assert (await bot.get(f"{REPO}/issues/1"))["reactions"]["eyes"] == 1
    assert (await bot.ask("DELETE", f"{path}/{again.body['id']}")).status == 204
    assert issue.reactions == []


async def test_labels_leave_a_history(github: GitHub, bot: Client, issue: Issue) -> None:
    await github.user("bob").labels(issue, "intern")
    await bot.post(f"{REPO}/issues/1/labels", {"labels": ["in/progress"]})
    assert (await bot.ask("DELETE", f"{REPO}/issues/1/labels/in%2Fprogress")).status == 200
    assert (await bot.ask("DELETE", f"{REPO}/issues/1/labels/never")).status == 404
    events = await bot.get(f"{REPO}/issues/1/events")
    told = [(one["event"], one["actor"]["login"], one["label"]["name"]) for one in events]
    me = "code-intern[bot]"
    assert told == [
        ("labeled", "bob", "intern"),
        ("labeled", me, "in/progress"),
        ("unlabeled", me, "in/progress"),
    ]
    assert issue.labeled("INTERN")


async def test_lengths_are_githubs(bot: Client, issue: Issue) -> None:
    path = f"{REPO}/issues/1/comments"
    assert (await bot.ask("POST", path, {"body": "é" * 65536})).status == 201
    long = await bot.ask("POST", path, {"body": "é" * 65537})
    assert long.status == 422
    assert long.body["message"] == "Validation Failed"
    assert long.body["errors"][0]["message"] == "Body is too long (maximum is 65536 characters)"
    assert (await bot.ask("POST", path, {"body": " \n"})).status == 422
    edited = await bot.ask("PATCH", f"{REPO}/issues/comments/{issue.comments[0].id}", {"body": "x" * 65537})
    assert edited.status == 422


async def test_a_locked_conversation_takes_no_comment_of_a_bot(github: GitHub, bot: Client, issue: Issue) -> None:
    await github.user("alice").locks(issue)
    reply = await bot.ask("POST", f"{REPO}/issues/1/comments", {"body": "hello"})
    assert (reply.status, reply.body["message"]) == (403, "Unable to create comment because issue is locked.")


async def test_an_archived_repository_is_read_only(bot: Client, tally: Repository, issue: Issue) -> None:
    tally.archived = True
    assert (await bot.get(REPO))["archived"] is True
    for path, body in (("/issues/1/comments", {"body": "x"}), ("/issues/1/reactions", {"content": "eyes"})):
        reply = await bot.ask("POST", REPO + path, body)
        assert (reply.status, reply.body["message"]) == (403, "Repository was archived so is read-only.")


async def test_lists_come_in_pages(github: GitHub, bot: Client, issue: Issue) -> None:
    alice = github.user("alice")
    for number in range(5):
        await alice.comments(issue, f"number {number}")
    first = await bot.ask("GET", f"{REPO}/issues/1/comments?per_page=2")
    assert [one["body"] for one in first.body] == ["number 0", "number 1"]
    assert 'page=2>; rel="next"' in first.headers["Link"]
    assert 'page=3>; rel="last"' in first.headers["Link"]
    last = await bot.ask("GET", f"{REPO}/issues/1/comments?per_page=2&page=3")
    assert [one["body"] for one in last.body] == ["number 4"]
    assert 'rel="next"' not in last.headers["Link"]


async def test_a_review_can_be_read_and_answered(github: GitHub, bot: Client, tally: Repository) -> None:
    alice = github.user("alice")
    await alice.pushes(tally, "topic", {"sub.py": "x = 1\n"})
    pull = tally.pull("A pull request", by=alice, head="topic")
    await alice.reviews(pull, "Not yet.", state="CHANGES_REQUESTED", remarks={("sub.py", 1): "Why 1?"})
    base = f"{REPO}/pulls/{pull.number}"
    assert [one["state"] for one in await bot.get(f"{base}/reviews")] == ["CHANGES_REQUESTED"]
    remark = (await bot.get(f"{base}/comments"))[0]
    assert (remark["path"], remark["line"], remark["body"]) == ("sub.py", 1, "Why 1?")
    assert len(await bot.get(f"{base}/reviews/{pull.reviews[0].id}/comments")) == 1
    reply = await bot.post(f"{base}/comments/{remark['id']}/replies", {"body": "Because."})
    assert reply["in_reply_to_id"] == remark["id"]
    assert (await bot.ask("POST", f"{base}/comments/{reply['id']}/replies", {"body": "x"})).status == 422
    await bot.post(f"{REPO}/pulls/comments/{remark['id']}/reactions", {"content": "+1"})
    assert github.violations == []
