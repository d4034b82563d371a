"""Of a history what people said of the bot's pull requests: what they merged is right, what they closed was not."""

from dataclasses import dataclass, field

from bot.optimize.reviewed import reviewed
from bot.trial.fix import closed_issue
from bot.words.exercise import Exercise, ExerciseKind
from bot.words.place import Place
from bot.words.pull_outcome import PullOutcome
from bot.words.snapshot import Snapshot


def exercise(source: str, title: str = "t") -> Exercise:
    name = source.replace(" ", "-").replace("/", "-")
    return Exercise(name=name, kind=ExerciseKind.HISTORY, title=title, base="b", must_pass=("t::a",), source=source)


@dataclass
class History:
    exercises: list[Exercise] = field(default_factory=list)

    def base(self, exercise: Exercise) -> Snapshot:
        return Snapshot("base", {})

    def place(self, exercise: Exercise) -> Place:
        return Place(root=exercise.name)

    def answer(self, exercise: Exercise) -> Snapshot | None:
        return Snapshot("answer", {})

    def issue(self, exercise: Exercise) -> int:
        return closed_issue(exercise.title)


def outcome(
    pull: int, *, issue: int = 1, merged: bool = True, edited: bool = False, commit: str = "", repository: int = 5
) -> PullOutcome:
    return PullOutcome(
        repository=repository,
        name="a/b",
        pull=pull,
        issue=issue,
        job=f"job-{pull}",
        merged=merged,
        edited=edited,
        commit=commit,
    )


def patch_of(job: str) -> str:
    return f"diff of {job}"


A, B, C, D = (letter * 40 for letter in "abcd")


def test_what_was_merged_counts_by_commit_or_by_number() -> None:
    sources = [*(f"commit {sha}" for sha in (A, B, C, D)), "pull request 7 of a/b", "pull request 8 of a/b"]
    history = History([exercise(source) for source in sources])
    outcomes = [outcome(1, commit=A), outcome(2, merged=False, commit=B), outcome(3)]
    chosen = reviewed(history, [*outcomes, outcome(7, commit="e" * 40)], patch_of)
    assert [one.source for one in chosen.exercises] == [sources[0], sources[4]]
    assert all(review.example and not review.remark for review in chosen.reviews.values())
    assert chosen.base(chosen.exercises[0]).commit == "base"
    answer = chosen.answer(chosen.exercises[0])
    assert answer is not None
    assert answer.commit == "answer"


def test_what_people_changed_before_they_merged_it_is_right_as_they_left_it() -> None:
    history = History([exercise(f"commit {A}")])
    chosen = reviewed(history, [outcome(1, commit=A, edited=True)], patch_of)
    (review,) = chosen.reviews.values()
    assert review.example
    assert review.remark.startswith("People changed what was proposed here earlier before they merged it.")
    assert "diff of job-1" in review.remark
    assert "people changed pull request 1 before they merged it" in chosen.told[0]


def test_what_people_closed_gives_no_example_and_is_told() -> None:
    history = History([exercise(f"commit {A}"), exercise(f"commit {B}", "Do it otherwise, fixes #4")])
    outcomes = [outcome(1, commit=A), outcome(2, issue=4, merged=False), outcome(3, issue=9, merged=False)]
    chosen = reviewed(history, outcomes, lambda _job: "")
    assert [one.source for one in chosen.exercises] == [f"commit {A}", f"commit {B}"]
    merged, closed = (chosen.reviews[one.name] for one in chosen.exercises)
    assert merged.example
    assert not closed.example
    assert closed.remark == (
        "People closed what was proposed here earlier, although its tests passed, and did it otherwise."
    )
    assert any("closed pull request 2 and answered its issue otherwise" in line for line in chosen.told)
    assert any("Nothing is learned from pull request 3" in line and "issue 9" in line for line in chosen.told)


def test_an_issue_whose_second_pull_request_was_merged_gives_no_example_either() -> None:
    history = History([exercise(f"commit {A}", "Fixes #4")])
    outcomes = [outcome(2, issue=4, commit=A, edited=True), outcome(1, issue=4, merged=False)]
    (review,) = reviewed(history, outcomes, patch_of).reviews.values()
    assert not review.example
    assert "diff of job-2" in review.remark
    assert "diff of job-1" in review.remark


def test_numbers_of_another_repositorys_issues_say_nothing() -> None:
    history = History([exercise(f"commit {A}"), exercise(f"commit {B}", "Fixes #4")])
    outcomes = [outcome(1, commit=A), outcome(2, issue=4, merged=False, repository=6)]
    chosen = reviewed(history, outcomes, patch_of)
    assert [one.source for one in chosen.exercises] == [f"commit {A}"]
    assert not chosen.told
