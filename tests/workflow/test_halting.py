"""Which events end which jobs, and whether they still hold."""

from dataclasses import dataclass, field

import pytest

from bot.words.events import AccessLost, IssueLeft, Labeled, Left, Lost, PullClosed, Unlabeled
from bot.words.job import Job, Kind, Person, Repository
from bot.workflow.halting import Halting, holds, label_event_of, means, outdated_by, place_of, read_halting, why

ALICE = Person(id=11, login="alice")
HERE = Repository(id=5, owner="alice", name="tally", default_branch="main", installation=3)
THERE = HERE.model_copy(update={"id": 6, "name": "abacus"})


def job(name: str, kind: Kind = Kind.SOLVE, repository: Repository = HERE, pull: int = 0) -> Job:
    identifier = f"{repository.id}-7-{name}"
    return Job(id=identifier, kind=kind, repository=repository, issue=7, pull=pull, title="t", requester=ALICE)


LABELLED, ASKED = job("label-40"), job("comment-41")
REFINED = job("refine-42", Kind.REFINE, pull=8)
ELSEWHERE = job("label-40", repository=THERE)
OTHER_ISSUE = LABELLED.model_copy(update={"issue": 9, "id": "5-9-label-40"})
ALL = {"label": LABELLED, "comment": ASKED, "refine": REFINED, "elsewhere": ELSEWHERE, "other": OTHER_ISSUE}

OFF = Unlabeled(repository=HERE, issue=7, label="intern", sender=ALICE)
CLOSED = IssueLeft(repository=HERE, issue=7, how=Left.CLOSED, sender=ALICE)
DELETED = CLOSED.model_copy(update={"how": Left.DELETED})
MERGED = PullClosed(
    repository=HERE,
    pull=8,
    branch="intern/issue-7",
    head="a" * 40,
    head_repository=5,
    merged=True,
    commit="",
    closed="",
)
GONE = AccessLost(installation=3, how=Lost.UNINSTALLED)
TAKEN = AccessLost(installation=3, repositories=(6,), how=Lost.REMOVED)


@pytest.mark.parametrize(
    ("event", "meant"),
    [
        (OFF, {"label"}),
        (CLOSED, {"label", "comment"}),
        (DELETED, {"label", "comment"}),
        (MERGED, {"refine"}),
        (GONE, set(ALL)),
        (TAKEN, {"elsewhere"}),
        (AccessLost(installation=4, how=Lost.SUSPENDED), set()),
    ],
)
def test_each_event_means_its_jobs(event: Halting, meant: set[str]) -> None:
    assert {name for name, one in ALL.items() if means(event, one)} == meant


@dataclass
class World:
    """What GitHub says."""

    off: bool = False
    issue: bool = True
    pull: bool = True
    reach: bool = True
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def taken_off(self, issue: int, label: str, event: int) -> bool:
        self.asked.append((issue, label, event))
        return self.off

    def issue_is_open(self, number: int) -> bool:
        self.asked.append((number,))
        return self.issue

    def pull_is_open(self, number: int) -> bool:
        self.asked.append((number,))
        return self.pull

    def within_reach(self) -> bool:
        self.asked.append(())
        return self.reach


@pytest.mark.parametrize(
    ("event", "one", "so", "question"),
    [
        (OFF, LABELLED, World(off=True), (7, "intern", 40)),
        (CLOSED, ASKED, World(issue=False), (7,)),
        (MERGED, REFINED, World(pull=False), (8,)),
        (TAKEN, ELSEWHERE, World(reach=False), ()),
        (AccessLost(installation=3, how=Lost.SUSPENDED), ASKED, World(reach=False), ()),
        (AccessLost(installation=3, repositories=(5,), how=Lost.ARCHIVED), ASKED, World(reach=False), ()),
    ],
)
def test_what_is_not_so_any_more_ends_nothing(
    event: Halting, one: Job, so: World, question: tuple[object, ...]
) -> None:
    late = World()
    assert holds(event, one, so)
    assert not holds(event, one, late)
    assert so.asked == late.asked == [question]


@pytest.mark.parametrize(
    "event",
    [
        GONE,
        DELETED,
        CLOSED.model_copy(update={"how": Left.TRANSFERRED}),
        AccessLost(installation=3, repositories=(5,), how=Lost.DELETED),
    ],
)
def test_what_cannot_be_taken_back_is_not_asked_about(event: Halting) -> None:
    world = World()
    assert holds(event, LABELLED, world)
    assert world.asked == []


def test_what_is_stored() -> None:
    assert read_halting(OFF) == OFF
    assert read_halting(OFF.model_copy(update={"label": "Intern please"}))
    assert read_halting(OFF.model_copy(update={"label": "bug"})) is None
    assert read_halting(MERGED) == MERGED
    assert read_halting(MERGED.model_copy(update={"branch": "feature"})) is None
    assert read_halting(MERGED.model_copy(update={"head_repository": 99})) is None
    assert [place_of(each) for each in (OFF, CLOSED, MERGED, GONE)] == ["5-7", "5-7", "5-8", "installation-3"]
    assert not isinstance(OFF, Labeled)


def test_a_label_that_is_put_on_again_ends_what_it_began_before() -> None:
    newer = job("label-50")
    assert outdated_by(LABELLED, newer)
    assert not outdated_by(newer, LABELLED)
    assert not outdated_by(newer, newer)
    assert not outdated_by(ASKED, newer)
    assert not outdated_by(LABELLED, ASKED)
    assert not outdated_by(ELSEWHERE, newer)
    assert not outdated_by(OTHER_ISSUE, newer)
    assert label_event_of(job("label-x")) == label_event_of(job("label-")) == label_event_of(ASKED) == 0


def test_each_says_why() -> None:
    told = [why(each) for each in (OFF, CLOSED, DELETED, MERGED, GONE, TAKEN)]
    assert told == [
        "alice took the label off.",
        "alice closed the issue.",
        "alice deleted the issue.",
        "The pull request was merged.",
        "The App was uninstalled.",
        "The repository was taken from the App.",
    ]
