"""The world changes while a job is at work: each time it comes to one end, and says so where it can."""

import pytest

from bot.standins.github import Fault
from tests.ends.town import TEST, Household


def ends(home: Household) -> str:
    """The label is put on, the job ends, and this is all that was told."""
    assert home.asks() == 202
    home.town.passes()
    (told,) = home.told()
    return told


def ours(home: Household) -> list[str]:
    return [name for name in home.repository.branches if name.startswith("intern/")]


def outcome(home: Household) -> dict:
    """How the engine recorded the job's end."""
    prefix = f"job-{home.repository.id}-"
    ((_, found),) = home.town.service._engine.outputs(prefix).items()
    return found


def push(home: Household, branch: str, **files: str) -> None:
    bob = home.town.github.user("bob")
    home.town.does(bob.pushes(home.repository, branch, files or {"NOTES.md": "mine\n"}, send=False))


def test_nothing_changes(home: Household) -> None:
    assert "I opened draft pull request #2" in ends(home)
    assert outcome(home)["end"] == "proven"


def test_the_base_branch_moves_on(home: Household) -> None:
    base = home.repository.branches["main"]
    home.meanwhile(lambda: push(home, "main"))
    assert "I opened draft pull request #2" in ends(home)
    (pull,) = home.repository.pulls
    assert f"Base commit: `{base}`" in pull.body
    assert home.repository.log("intern/issue-1")[0].parents == (base,)
    assert home.repository.branches["main"] != base


def test_the_base_branch_is_deleted(home: Household) -> None:
    push(home, "topic")
    home.meanwhile(lambda: home.repository.git.delete_ref("refs/heads/main"))
    assert "The branch `main`, which the change was made for, was deleted or renamed meanwhile, so nothing" in ends(
        home
    )
    assert (ours(home), home.repository.pulls) == ([], [])


def test_the_base_branch_is_deleted_after_the_commit(home: Household) -> None:
    def delete(seen) -> bool:
        if seen.path.endswith("/git/refs") and seen.status == 201:
            home.repository.git.delete_ref("refs/heads/main")
        return True

    home.town.github.watch(delete)
    told = ends(home)
    home.town.github.watch(lambda _: True)
    assert "deleted or renamed meanwhile, after the change was committed to `intern/issue-1`. Nothing more" in told
    assert home.repository.pulls == []


def test_rules_refuse_our_branch(home: Household) -> None:
    home.repository.restricted = "refs/heads/intern/*"
    told = ends(home)
    assert "**I can't do this one.** The rules of this repository refuse my branch `intern/issue-1`" in told
    assert "Cannot create ref due to creations being restricted" in told
    assert "leave `intern/*` out of it" in told
    assert ours(home) == []


def test_somebody_has_made_our_branch(home: Household) -> None:
    home.meanwhile(lambda: push(home, "intern/issue-1"))
    assert "The branch `intern/issue-1` has other commits by now: they are not overwritten." in ends(home)
    assert "NOTES.md" in home.repository.read("intern/issue-1")
    assert home.repository.pulls == []


def test_the_issue_is_closed(home: Household) -> None:
    home.meanwhile(lambda: home.town.does(home.alice.closes(home.issue, send=False)))
    assert "The issue was closed meanwhile, so nothing was published." in ends(home)
    assert ours(home) == []


def test_the_one_who_asked_loses_the_permission(home: Household) -> None:
    bob = home.town.github.user("bob")
    home.meanwhile(lambda: home.repository.roles.pop(bob.id))
    assert home.town.does(bob.labels(home.issue, "intern")) == 202
    home.town.passes()
    assert "bob may no longer write to this repository, so nothing was published." in home.told()[0]
    assert ours(home) == []


def test_a_permission_that_can_not_be_looked_up_is_no_accusation(home: Household) -> None:
    home.meanwhile(lambda: home.town.github.fail("GET", f"{home.repository.full_name}/collab", "502", times=5))
    told = ends(home)
    assert "Something went wrong on my side" in told
    assert "GitHub could not be reached" in told
    assert ours(home) == []


def test_the_app_loses_a_permission(home: Household) -> None:
    home.meanwhile(lambda: home.installation.permissions.update(contents="read"))
    told = ends(home)
    assert "This App is not allowed what publishing needs (contents: write, issues: write," in told
    assert "accept its permissions under Settings, GitHub Apps; then ask again." in told
    assert ours(home) == []


def test_the_issue_is_deleted(home: Household) -> None:
    home.meanwhile(lambda: home.town.does(home.alice.deletes(home.issue, send=False)))
    assert home.asks() == 202
    home.town.passes()
    assert (outcome(home)["end"], ours(home)) == ("refused", [])
    assert "The issue is no longer here: it was deleted, or moved" in outcome(home)["sentence"]


def test_the_issue_is_transferred_where_everybody_may_read(home: Household) -> None:
    other = home.town.github.repository("carol/other", {"a": "b"})
    home.meanwhile(lambda: home.town.does(home.alice.transfers(home.issue, other, send=False)))
    assert home.asks() == 202
    home.town.passes()
    assert (outcome(home)["end"], ours(home)) == ("refused", [])
    assert "moved to another repository" in outcome(home)["sentence"]
    assert len(other.issues) == 1
    assert "working on this" in other.issues[1].comments[0].body, "a comment there is nobody's business any more"


def test_the_issue_becomes_a_discussion(home: Household) -> None:
    def convert() -> None:
        home.town.does(home.alice.closes(home.issue, send=False))
        home.town.does(home.alice.locks(home.issue, send=False))

    home.meanwhile(convert)
    assert "The issue was closed meanwhile" in ends(home)


def test_the_repository_is_renamed(home: Household) -> None:
    home.meanwhile(lambda: home.town.github.move(home.repository, f"{home.alice.login}/beat"))
    assert "I opened draft pull request #2" in ends(home)
    (pull,) = home.repository.pulls
    assert (pull.head, TEST in home.repository.read(pull.head)) == ("intern/issue-1", True)
    assert home.told(pull) == []


def test_the_repository_is_transferred_out_of_reach(home: Household) -> None:
    home.meanwhile(lambda: home.town.github.move(home.repository, "dora/tempo"))
    assert home.asks() == 202
    home.town.passes()
    assert (outcome(home)["end"], ours(home)) == ("failed", [])


def test_another_repository_takes_the_old_name(home: Household) -> None:
    name = home.repository.full_name

    def take() -> None:
        home.town.github.move(home.repository, f"{home.alice.login}/beat")
        home.town.github.repository(name, {"a": "b"})

    home.meanwhile(take)
    assert home.asks() == 202
    home.town.passes()
    assert outcome(home)["end"] == "failed"
    taken = home.town.github.repositories[name.lower()]
    assert (list(taken.branches), ours(home)) == (["main"], [])


@pytest.mark.parametrize("when", ["before it is read", "meanwhile"])
def test_the_comment_that_asked_is_deleted(home: Household, when: str) -> None:
    def delete() -> None:
        (asked,) = [one for one in home.issue.comments if one.body == "/intern start"]
        home.town.does(home.alice.deletes_comment(asked, send=False))

    if when == "meanwhile":
        home.meanwhile(delete)
        assert home.town.does(home.alice.comments(home.issue, "/intern start")) == 202
    else:
        home.town.does(home.alice.comments(home.issue, "/intern start", send=False))
        delivery = home.town.github.deliveries[-1]
        delete()
        assert home.town.does(home.town.github.deliver(delivery)) == 202
    home.town.passes()
    assert "I opened draft pull request #2" in home.told()[0]
    assert outcome(home)["end"] == "proven"


def test_the_repository_is_archived(home: Household) -> None:
    def archive() -> None:
        home.repository.archived = True

    home.meanwhile(archive)
    assert home.asks() == 202
    home.town.passes()
    assert outcome(home)["end"] == "refused"
    assert "The repository was archived meanwhile, so nothing was published." in outcome(home)["sentence"]
    assert ours(home) == []
    assert len(home.asked("PATCH", "")) < 12, "a comment that can't be edited is not tried without end"


@pytest.mark.parametrize("how", ["suspended", "uninstalled", "taken out"])
def test_the_app_is_sent_away(home: Household, how: str) -> None:
    def leave() -> None:
        found = home.installation
        if how == "suspended":
            found.suspended = home.town.github.clock()
        elif how == "uninstalled":
            home.town.github.installations.pop(found.id)
        else:
            found.selected = set()

    home.meanwhile(leave)
    assert home.asks() == 202
    home.town.passes()
    assert (outcome(home)["end"], ours(home)) == ("failed", [])
    assert "working on this issue" in home.told()[0], "nothing could be said any more"
    minted = [seen for seen in home.town.github.requests if seen.path.endswith("/access_tokens") and seen.status > 201]
    assert len(minted) < 15, "and it is not tried without end"


@pytest.mark.parametrize("merged", [False, True])
def test_the_pull_request_ends_while_it_is_refined(home: Household, merged: bool) -> None:
    pull = home.refines()
    end = home.alice.merges if merged else home.alice.closes
    home.meanwhile(lambda: home.town.does(end(pull, send=False)))
    before = home.repository.branches[pull.head]
    assert home.town.does(home.alice.comments(pull, "/intern refine Say it better.")) == 202
    home.town.passes()
    ended = "merged" if merged else "closed"
    assert f"The pull request was {ended} meanwhile, so nothing was published." in home.told(pull)[0]
    assert home.repository.branches[pull.head] == before


def test_somebody_pushes_to_the_pull_request_while_it_is_refined(home: Household) -> None:
    pull = home.refines()
    home.meanwhile(lambda: push(home, pull.head))
    assert home.town.does(home.alice.comments(pull, "/intern refine Say it better.")) == 202
    home.town.passes()
    assert "The branch `intern/issue-1` has other commits by now: they are not overwritten." in home.told(pull)[0]
    assert "NOTES.md" in home.repository.read(pull.head)


def test_the_branch_of_the_pull_request_is_deleted_while_it_is_refined(home: Household) -> None:
    pull = home.refines()

    def delete() -> None:
        home.repository.git.delete_ref(f"refs/heads/{pull.head}")

    home.meanwhile(delete)
    assert home.town.does(home.alice.comments(pull, "/intern refine Say it better.")) == 202
    home.town.passes()
    assert "The branch `intern/issue-1` was deleted meanwhile." in home.told(pull)[0]


def test_the_pull_request_is_closed_between_the_push_and_its_text(home: Household) -> None:
    pull = home.refines()

    def close(seen) -> bool:
        if seen.method == "PATCH" and "/git/refs/" in seen.path and seen.status == 200:
            pull.state = "closed"
        return True

    home.town.github.watch(close)
    assert home.town.does(home.alice.comments(pull, "/intern refine Say it better.")) == 202
    home.town.passes()
    home.town.github.watch(lambda _: True)
    assert "was closed meanwhile, after the change was committed to `intern/issue-1`." in home.told(pull)[0]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.TRUNCATED, Fault.ERROR_502, Fault.CLOSED])
def test_every_write_of_a_job_may_lose_its_answer(home: Household, fault: Fault) -> None:
    for method, path in (
        ("POST", "/reactions$"),
        ("POST", "/issues/1/comments$"),
        ("PATCH", "/issues/comments/"),
        ("POST", "/git/trees$"),
        ("POST", "/git/commits$"),
        ("POST", "/git/refs$"),
        ("POST", "/pulls$"),
    ):
        home.town.github.fail(method, f"{home.repository.full_name}.*{path}", fault)
    assert "I opened draft pull request #2" in ends(home)
    assert (len(home.repository.pulls), len(home.issue.reactions), len(home.issue.comments)) == (1, 1, 1)
    assert len(home.repository.log("intern/issue-1")) == len(home.repository.log("main")) + 1
