"""The publisher: a verified commit on our own branch and one draft pull request, whatever gets lost."""

import pytest

from bot.errors import Refusal
from bot.github.credentials import TokenCredentials
from bot.github.errors import Unprocessable
from bot.github.publisher import Publisher
from bot.standins.github import Fault
from tests.github.conftest import Shop, protected

BRANCH = "intern/issue-1"
CHANGES = (
    ("shop/cart.py", "TOTAL = 0\n", "TOTAL = 1\n"),
    ("run.sh", "#!/bin/sh\n", "#!/bin/sh\necho \u00e9\n"),
    ("shop/__init__.py", "", None),
    ("tests/test_cart.py", None, "def test(): ...\n"),
)


def publish(shop: Shop, **options: str | None) -> str:
    parent = options.get("parent") or shop.head
    expected = options.get("expected_head")
    return shop.publisher.publish(shop.job(), shop.patch(*CHANGES), parent, BRANCH, "Fix the total", expected)


def test_a_patch_becomes_one_verified_commit_with_true_modes(shop: Shop) -> None:
    sha = publish(shop)
    assert shop.place.branches[BRANCH] == sha
    files = shop.place.entries(sha)
    assert files["shop/cart.py"].data == b"TOTAL = 1\n"
    assert files["run.sh"].data.decode() == "#!/bin/sh\necho \u00e9\n"
    assert "shop/__init__.py" not in files
    modes = {path: entry.mode for path, entry in files.items()}
    assert modes["run.sh"] == "100755"
    assert modes["tests/test_cart.py"] == "100644"
    assert modes["latest"] == "120000"
    newest, *_ = shop.place.log(sha)
    assert newest.message.strip() == "Fix the total"
    assert list(newest.parents) == [shop.head]
    assert newest.author.name == "code-intern[bot]"
    assert sha in shop.place.verified
    assert shop.place.branches["main"] == shop.head


def test_the_publishing_token_opens_one_repository_and_is_revoked(shop: Shop) -> None:
    with shop.publisher:
        publish(shop)
        (minted,) = shop.asked("POST", "/access_tokens")
        assert minted.body == {
            "repository_ids": [shop.repository.id],
            "permissions": {
                "contents": "write",
                "issues": "write",
                "metadata": "read",
                "pull_requests": "write",
            },
        }
    assert shop.asked("DELETE", "/installation/token")[0].status == 204


def test_published_twice_it_is_the_same_commit(shop: Shop) -> None:
    assert publish(shop) == publish(shop)
    assert len(shop.asked("POST", "/git/commits")) == 1


def test_what_is_published_is_found_without_writing_a_branch(shop: Shop) -> None:
    asked = shop.job(), shop.patch(*CHANGES), shop.head, BRANCH
    assert shop.publisher.published(*asked) is None
    assert shop.asked("POST", "/git/") == []
    sha = publish(shop)
    assert shop.publisher.published(*asked) == sha
    other = shop.patch(("shop/cart.py", "TOTAL = 0\n", "TOTAL = 2\n"))
    assert shop.publisher.published(shop.job(), other, shop.head, BRANCH) is None
    assert shop.place.branches == {"main": shop.head, BRANCH: sha}


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.TRUNCATED, Fault.ERROR_502, Fault.CLOSED, Fault.HTML])
@pytest.mark.parametrize("path", ["/git/trees$", "/git/commits$", "/git/refs$"])
def test_a_lost_answer_never_doubles_a_commit(path: str, fault: Fault, shop: Shop) -> None:
    shop.fail("POST", path, fault)
    sha = publish(shop)
    assert shop.place.branches == {"main": shop.head, BRANCH: sha}
    assert len(shop.place.log(sha)) == 2


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.TRUNCATED, Fault.ERROR_502])
def test_a_refinement_adds_a_commit_once(fault: Fault, shop: Shop) -> None:
    first = publish(shop)
    shop.fail("PATCH", "/git/refs/", fault)
    again = shop.patch(("shop/cart.py", "TOTAL = 1\n", "TOTAL = 2\n"))
    for _ in range(2):
        second = shop.publisher.publish(shop.job(), again, first, BRANCH, "Round", first)
    assert [c.sha for c in shop.place.log(BRANCH)] == [second, first, shop.head]


def test_commits_of_others_are_never_overwritten(shop: Shop) -> None:
    first = publish(shop)
    wendy = shop.github.user("wendy")
    shop.thread.run(wendy.pushes(shop.place, BRANCH, {"notes.txt": "mine"}, send=False))
    theirs = shop.place.branches[BRANCH]
    with pytest.raises(Refusal, match="other commits"):
        publish(shop)
    again = shop.patch(("shop/cart.py", "TOTAL = 1\n", "TOTAL = 2\n"))
    with pytest.raises(Refusal, match="other commits"):
        shop.publisher.publish(shop.job(), again, first, BRANCH, "Round", first)
    with pytest.raises(Unprocessable, match="fast forward"):
        shop.publisher.publish(shop.job(), again, first, BRANCH, "Round", theirs)
    assert shop.place.branches[BRANCH] == theirs


def test_a_branch_that_was_deleted_meanwhile_is_not_made_anew(shop: Shop) -> None:
    first = publish(shop)
    shop.thread.run(_delete(shop))
    again = shop.patch(("shop/cart.py", "TOTAL = 1\n", "TOTAL = 2\n"))
    with pytest.raises(Refusal, match="deleted"):
        shop.publisher.publish(shop.job(), again, first, BRANCH, "Round", first)


async def _delete(shop: Shop) -> None:
    shop.place.git.delete_ref(f"refs/heads/{BRANCH}")


@pytest.mark.parametrize(
    "change",
    [
        (".github/workflows/ci.yml", None, "on: push"),
        ("latest", "shop/cart.py", "/etc/passwd"),
        ("vendor/lib/x.py", None, "x"),
        ("shop/cart.py", "TOTAL = 9\n", "x"),
        ("../x.py", None, "x"),
    ],
)
def test_what_may_not_be_written_is_refused_before_anything_is_written(
    change: tuple[str, str | None, str | None], shop: Shop
) -> None:
    with pytest.raises(Refusal):
        shop.publisher.publish(shop.job(), shop.patch(change), shop.head, BRANCH, "x")
    assert [r for r in shop.github.requests if "/git/" in r.path and r.method != "GET"] == []


def test_other_branches_repositories_and_no_commits_are_refused(shop: Shop) -> None:
    job, patch = shop.job(), shop.patch(*CHANGES)
    with pytest.raises(Refusal, match="intern/"):
        shop.publisher.publish(job, patch, shop.head, "main", "x")
    with pytest.raises(Refusal, match="onto a commit"):
        shop.publisher.publish(job, patch, "main", BRANCH, "x")
    foreign = job.model_copy(update={"repository": shop.repository.model_copy(update={"id": 1})})
    with pytest.raises(Refusal, match="made for"):
        shop.publisher.publish(foreign, patch, shop.head, BRANCH, "x")
    same = shop.patch(("shop/cart.py", "TOTAL = 0\n", "TOTAL = 0\n"))
    with pytest.raises(Refusal, match="changes nothing"):
        shop.publisher.publish(job, same, shop.head, BRANCH, "x")
    assert set(shop.place.branches) == {"main"}


@pytest.mark.parametrize("fault", [None, Fault.LOST, Fault.TRUNCATED, Fault.ERROR_502, Fault.CLOSED])
def test_one_draft_pull_request_is_opened(fault: Fault | None, shop: Shop) -> None:
    publish(shop)
    if fault:
        shop.fail("POST", "/pulls$", fault)
    first = shop.publisher.open_pull(BRANCH, "main", "Fix the\ntotal", "Closes #1")
    assert shop.publisher.open_pull(BRANCH, "main", "Fix the total", "Closes #1") == first
    (pull,) = shop.place.pulls
    assert (pull.number, pull.draft, pull.title, pull.body) == (
        first.number,
        True,
        "Fix the total",
        "Closes #1",
    )
    assert first.url.endswith(f"/pull/{first.number}")
    shop.publisher.update_pull_body(first.number, "x" * 70_000)
    assert len(pull.body or "") <= 65_000


@pytest.mark.parametrize("by_a_person", ["closed", "led elsewhere"])
def test_one_that_an_interrupted_try_has_opened_is_found_whatever_became_of_it(by_a_person: str, shop: Shop) -> None:
    publish(shop)
    first = shop.publisher.open_pull(BRANCH, "main", "Fix", "Closes #1")
    (pull,) = shop.place.pulls
    wendy = shop.github.user("wendy")
    if by_a_person == "closed":
        shop.thread.run(wendy.closes(pull))
    else:
        shop.thread.run(wendy.pushes(shop.place, "next", {"NEXT.md": "soon\n"}))
        pull.base = "next"
    assert shop.publisher.open_pull(BRANCH, "main", "Fix", "Closes #1") == first
    assert len(shop.place.pulls) == 1


def test_an_older_one_whose_branch_had_the_same_name_is_another_one(shop: Shop) -> None:
    publish(shop)
    first = shop.publisher.open_pull(BRANCH, "main", "Fix", "Closes #1")
    shop.thread.run(shop.github.user("wendy").closes(shop.place.pulls[0]))
    shop.place.git.delete_ref(f"refs/heads/{BRANCH}")
    shop.publisher.publish(shop.job(), shop.patch(*CHANGES[:1]), shop.head, BRANCH, "Fix it otherwise")
    assert shop.publisher.open_pull(BRANCH, "main", "Fix", "Closes #1") != first


@pytest.mark.parametrize("fault", [None, Fault.LOST])
def test_without_drafts_it_is_opened_as_a_normal_one(fault: Fault | None, shop: Shop) -> None:
    shop.place.drafts = False
    publish(shop)
    if fault:
        shop.fail("POST", "/pulls$", fault)
    shop.publisher.open_pull(BRANCH, "main", "Fix", "Closes #1")
    assert [pull.draft for pull in shop.place.pulls] == [False]


def test_a_setting_that_forbids_pull_requests_of_actions_is_explained(shop: Shop) -> None:
    shop.place.actions_open_pulls = False
    token = TokenCredentials(shop.github.actions_token(shop.place))
    with Publisher(shop.portal, token, shop.repository, protected) as publisher:
        publisher.publish(shop.job(), shop.patch(*CHANGES), shop.head, BRANCH, "Fix")
        with pytest.raises(Refusal, match="Settings, Actions, General"):
            publisher.open_pull(BRANCH, "main", "Fix", "Closes #1")


def test_a_token_that_ends_in_the_middle_is_replaced(shop: Shop) -> None:
    shop.client.branch_head("main")
    publish(shop)
    shop.github.tokens.clear()
    shop.publisher.open_pull(BRANCH, "main", "Fix", "Closes #1")
    assert len(shop.asked("POST", "/access_tokens")) == 3
    assert len(shop.place.pulls) == 1
