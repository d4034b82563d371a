from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.admission.read import MalformedDelivery, read_event
from bot.standins.github import App, GitHub
from bot.standins.github import Repository as Hosted
from bot.words.events import (
    AccessLost,
    Asked,
    Commented,
    Irrelevant,
    IssueLeft,
    IssueText,
    Labeled,
    Left,
    Lost,
    PullClosed,
    Unlabeled,
)
from bot.words.job import Person, Repository
from tests.decisions.payloads import (
    ASKED,
    COMMENTED,
    INSTALLATION,
    LABELED,
    PAYLOADS,
    PULL_CLOSED,
    REMOVED,
    but,
    without,
)


def test_a_label() -> None:
    alice = Person(id=11, login="alice")
    assert read_event("issues", LABELED) == Labeled(
        repository=Repository(id=5, owner="alice", name="tally", default_branch="main", installation=3, private=True),
        archived=False,
        issue=IssueText(
            number=7,
            title="Add subtraction",
            body="Please.",
            open=True,
            locked=False,
            pull_request=False,
            author=alice,
        ),
        label="intern",
        sender=alice,
        human=True,
    )


def test_a_comment() -> None:
    event = read_event("issue_comment", but(COMMENTED, "issue.pull_request", {"url": "x"}))
    assert isinstance(event, Commented)
    assert (event.comment, event.text, event.human) == (99, "/intern start", True)
    assert event.issue.pull_request


def test_a_workflow_dispatch() -> None:
    event = read_event("workflow_dispatch", without(ASKED, "installation"))
    assert isinstance(event, Asked)
    assert (event.issue, event.sender.login, event.human, event.repository.installation) == (
        7,
        "alice",
        True,
        0,
    )


def test_a_pull_request_that_was_merged() -> None:
    event = read_event("pull_request", PULL_CLOSED)
    assert isinstance(event, PullClosed)
    assert (event.pull, event.branch, event.head_repository) == (8, "intern/issue-7", 5)
    assert (event.merged, event.commit, event.head) == (True, "b" * 40, "a" * 40)
    closed = read_event(
        "pull_request", but(but(PULL_CLOSED, "pull_request.merged", False), "pull_request.merge_commit_sha", None)
    )
    assert isinstance(closed, PullClosed)
    assert (closed.merged, closed.commit) == (False, "")
    gone = read_event("pull_request", but(PULL_CLOSED, "pull_request.head.repo", None))
    assert isinstance(gone, PullClosed)
    assert gone.head_repository == 0


def test_a_label_that_is_taken_off() -> None:
    event = read_event("issues", but(LABELED, "action", "unlabeled"))
    assert isinstance(event, Unlabeled)
    assert (event.issue, event.label, event.sender.login, event.repository.id) == (7, "intern", "alice", 5)
    with pytest.raises(MalformedDelivery, match=r"label\.name"):
        read_event("issues", but(but(LABELED, "action", "unlabeled"), "label.name", 7))


@pytest.mark.parametrize("action", ["closed", "deleted", "transferred"])
def test_an_issue_that_leaves(action: str) -> None:
    event = read_event("issues", without(but(LABELED, "action", action), "label"))
    assert isinstance(event, IssueLeft)
    assert (event.issue, event.how, event.sender.login) == (7, Left(action), "alice")


@pytest.mark.parametrize(
    ("name", "action", "how", "repositories"),
    [
        ("installation", "deleted", Lost.UNINSTALLED, ()),
        ("installation", "suspend", Lost.SUSPENDED, ()),
        ("installation_repositories", "removed", Lost.REMOVED, (5, 6)),
        ("repository", "deleted", Lost.DELETED, (5,)),
        ("repository", "archived", Lost.ARCHIVED, (5,)),
    ],
)
def test_access_that_is_lost(name: str, action: str, how: Lost, repositories: tuple[int, ...]) -> None:
    event = read_event(name, but(PAYLOADS[name], "action", action))
    assert event == AccessLost(installation=3, repositories=repositories, how=how)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("installation", "installation.id", None),
        ("installation", "installation", 3),
        ("installation_repositories", "repositories_removed", {}),
        ("installation_repositories", "repositories_removed", [5]),
        ("installation_repositories", "repositories_removed", [{"id": "5"}]),
        ("repository", "repository.id", 0),
    ],
)
def test_a_loss_that_github_never_tells_is_malformed(name: str, path: str, value: object) -> None:
    with pytest.raises(MalformedDelivery):
        read_event(name, but(PAYLOADS[name], path, value))


def test_a_loss_of_nothing_is_nothing() -> None:
    assert isinstance(read_event("installation_repositories", but(REMOVED, "repositories_removed", [])), Irrelevant)
    assert isinstance(read_event("installation", but(INSTALLATION, "repository", {})), Irrelevant)
    assert isinstance(read_event("repository", without(PAYLOADS["repository"], "installation")), Irrelevant)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("pull_request", None),
        ("pull_request.number", "8"),
        ("pull_request.number", 0),
        ("pull_request.merged", None),
        ("pull_request.merged", "yes"),
        ("pull_request.merge_commit_sha", None),
        ("pull_request.merge_commit_sha", "../../x"),
        ("pull_request.closed_at", None),
        ("pull_request.closed_at", "x" * 5000),
        ("pull_request.head", []),
        ("pull_request.head.sha", "main"),
        ("pull_request.head.ref", 7),
        ("pull_request.head.repo", {"id": "5"}),
    ],
)
def test_a_closed_pull_request_of_another_shape_is_malformed(path: str, value: object) -> None:
    with pytest.raises(MalformedDelivery):
        read_event("pull_request", but(PULL_CLOSED, path, value))


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_header_that_does_not_fit_the_payload_is_nothing(name: str) -> None:
    for other in [*PAYLOADS, "push", "pull_request", "pull_request_target", "issue_dependencies", ""]:
        if other != name:
            assert isinstance(read_event(other, PAYLOADS[name]), Irrelevant), other


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("issues", "comment"),
        ("issues", "pull_request"),
        ("issue_comment", "label"),
        ("issue_comment", "pull_request"),
        ("pull_request", "issue"),
        ("pull_request", "comment"),
        ("workflow_dispatch", "issue"),
    ],
)
def test_a_payload_that_could_be_two_events_is_nothing(name: str, key: str) -> None:
    assert isinstance(read_event(name, but(PAYLOADS[name], key, {})), Irrelevant)


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("issues", "opened"),
        ("issues", "reopened"),
        ("issues", "edited"),
        ("issues", "created"),
        ("issues", None),
        ("issues", ["labeled"]),
        ("pull_request", "opened"),
        ("pull_request", "synchronize"),
        ("issue_comment", "edited"),
        ("issue_comment", "deleted"),
        ("issue_comment", "labeled"),
        ("installation", "created"),
        ("installation", "unsuspend"),
        ("installation", ["deleted"]),
        ("installation_repositories", "added"),
        ("repository", "renamed"),
    ],
)
def test_other_actions_are_nothing(name: str, action: object) -> None:
    assert isinstance(read_event(name, but(PAYLOADS[name], "action", action)), Irrelevant)


@pytest.mark.parametrize("inputs", [None, {}, {"pull": "7"}, [], "7"])
def test_a_workflow_without_our_input_is_nothing(inputs: object) -> None:
    assert isinstance(read_event("workflow_dispatch", but(ASKED, "inputs", inputs)), Irrelevant)


@pytest.mark.parametrize("issue", ["", "0", "-1", "7 ", "#7", "seven", "٧", "7\n", "1" * 10, 7, None, ["7"]])
def test_the_input_must_be_a_number(issue: object) -> None:
    with pytest.raises(MalformedDelivery, match="number of an issue"):
        read_event("workflow_dispatch", but(ASKED, "inputs.issue", issue))


def test_an_archived_repository() -> None:
    event = read_event("issues", but(LABELED, "repository.archived", True))
    assert isinstance(event, Labeled)
    assert event.archived
    assert isinstance(read_event("workflow_dispatch", but(ASKED, "repository.archived", True)), Irrelevant)


def test_what_github_leaves_empty() -> None:
    event = read_event("issues", but(but(LABELED, "issue.body", None), "issue.user", None))
    assert isinstance(event, Labeled)
    assert event.issue.body == ""
    assert event.issue.author == Person(id=0, login="ghost")
    assert read_event("issues", without(LABELED, "installation")) == read_event(
        "issues", but(LABELED, "installation", None)
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sender.type", "Bot"),
        ("sender.type", "Organization"),
        ("sender.login", "alice[bot]"),
        ("comment.performed_via_github_app", {"id": 1}),
        ("comment.user", None),
        ("comment.user.id", 12),
    ],
)
def test_only_people_by_hand_are_human(path: str, value: object) -> None:
    event = read_event("issue_comment", but(COMMENTED, path, value))
    assert isinstance(event, Commented)
    assert not event.human


NEEDED = {
    "issues": ["label", "label.name", "issue"],
    "issue_comment": [
        "comment",
        "comment.id",
        "comment.body",
        "issue",
        "issue.number",
        "issue.title",
        "issue.body",
        "issue.state",
        "issue.locked",
    ],
    "workflow_dispatch": [],
}
COMMON = [
    "repository",
    "repository.id",
    "repository.name",
    "repository.owner",
    "repository.owner.login",
    "sender",
    "repository.default_branch",
    "repository.private",
    "repository.archived",
    "sender.id",
    "sender.login",
]


@pytest.mark.parametrize(("name", "path"), [(name, path) for name in NEEDED for path in (*NEEDED[name], *COMMON)])
def test_a_needed_field_that_is_missing_or_of_another_type_is_malformed(name: str, path: str) -> None:
    with pytest.raises(MalformedDelivery) as caught:
        read_event(name, without(PAYLOADS[name], path))
    assert f"`{path}`" in str(caught.value)
    wrong: tuple[object, ...] = ([], 1.5, b"")
    for value in wrong:
        with pytest.raises(MalformedDelivery):
            read_event(name, but(PAYLOADS[name], path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("repository.id", True),
        ("repository.id", 0),
        ("repository.id", 2**63),
        ("repository.id", "5"),
        ("repository.name", "../x"),
        ("repository.name", ".."),
        ("repository.name", "a b"),
        ("repository.name", ""),
        ("repository.name", "tally\n"),
        ("repository.owner.login", "a/b"),
        ("sender.login", "alice?x=1"),
        ("sender.id", -1),
        ("issue.state", "merged"),
        ("issue.locked", 0),
        ("issue.user", "alice"),
        ("issue.number", 0),
        ("installation.id", "3"),
        ("installation", []),
        ("label.name", {}),
    ],
)
def test_values_that_github_never_gives_are_malformed(path: str, value: object) -> None:
    with pytest.raises(MalformedDelivery):
        read_event("issues", but(LABELED, path, value))


def test_text_that_no_encoding_can_write_is_made_writable() -> None:
    event = read_event("issues", but(LABELED, "issue.title", "a\ud800b"))
    assert isinstance(event, Labeled)
    assert event.issue.title == "a?b"
    assert event.model_dump_json()


JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(PAYLOADS)), st.data(), JSON)
def test_any_field_may_be_anything(name: str, data: st.DataObject, value: object) -> None:
    own = NEEDED.get(name, ["pull_request", "pull_request.head", "pull_request.head.repo", "pull_request.merged"])
    paths = [*COMMON, *own, "action", "installation", "sender.type"]
    there = [path for path in paths if path.split(".")[0] in PAYLOADS[name] or "." not in path]
    path = data.draw(st.sampled_from(there))
    with suppress(MalformedDelivery):
        read_event(name, but(PAYLOADS[name], path, value))


@pytest.fixture
async def github() -> AsyncIterator[GitHub]:
    async with GitHub(App.generate(), webhook_secret="a secret of the stand-in") as github:
        yield github


@pytest.fixture
def tally(github: GitHub) -> Hosted:
    return github.repository("alice/tally", {"tally.py": "x = 1\n"}, roles={"bob": "write"})


async def test_payloads_as_github_sends_them(github: GitHub, tally: Hosted) -> None:
    bob = github.user("bob")
    issue = tally.issue("Add subtraction", None, by=bob)
    await bob.labels(issue, "intern", send=False)
    labeled = read_event("issues", github.deliveries[-1].payload)
    assert isinstance(labeled, Labeled)
    assert (labeled.label, labeled.sender.login, labeled.human) == ("intern", "bob", True)
    assert (labeled.issue.number, labeled.issue.body, labeled.issue.open) == (issue.number, "", True)
    assert labeled.repository.full_name == "alice/tally"
    assert labeled.repository.installation > 0

    await bob.comments(issue, "/intern start", send=False)
    commented = read_event("issue_comment", github.deliveries[-1].payload)
    assert isinstance(commented, Commented)
    assert (commented.text, commented.human, commented.sender) == ("/intern start", True, labeled.sender)
    assert commented.issue == labeled.issue

    await bob.closes(issue, send=False)
    left = read_event("issues", github.deliveries[-1].payload)
    assert isinstance(left, IssueLeft)
    assert (left.issue, left.how, left.sender) == (issue.number, Left.CLOSED, labeled.sender)
    await bob.unlabels(issue, "intern", send=False)
    bare = read_event("issues", github.deliveries[-1].payload)
    assert isinstance(bare, Unlabeled)
    assert (bare.issue, bare.label) == (issue.number, "intern")
    await bob.dispatches(tally, "intern.yml", {"issue": str(issue.number)})
    asked = read_event("workflow_dispatch", github.deliveries[-1].payload)
    assert isinstance(asked, Asked)
    assert (asked.issue, asked.sender, asked.human) == (issue.number, labeled.sender, True)


async def test_losses_as_github_tells_them(github: GitHub, tally: Hosted) -> None:
    alice, installation = github.user("alice"), github.installation(github.user("alice"))
    assert installation is not None

    def told(name: str) -> object:
        assert github.deliveries[-1].event == name
        return read_event(name, github.deliveries[-1].payload)

    await alice.archives(tally, send=False)
    assert told("repository") == AccessLost(installation=installation.id, repositories=(tally.id,), how=Lost.ARCHIVED)
    await alice.suspends(installation, send=False)
    assert told("installation") == AccessLost(installation=installation.id, how=Lost.SUSPENDED)
    await alice.unsuspends(installation, send=False)
    assert isinstance(told("installation"), Irrelevant)
    await alice.takes_away(tally, send=False)
    removed = AccessLost(installation=installation.id, repositories=(tally.id,), how=Lost.REMOVED)
    assert told("installation_repositories") == removed
    await alice.uninstalls(installation, send=False)
    assert told("installation") == AccessLost(installation=installation.id, how=Lost.UNINSTALLED)
