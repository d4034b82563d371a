"""Of a history only what people merged of the bot's pull requests."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.engine.outcomes import Outcomes
from bot.optimize.merged import merged
from bot.words.exercise import Exercise, ExerciseKind
from bot.words.place import Place
from bot.words.pull_outcome import PullOutcome
from bot.words.snapshot import Snapshot


def exercise(source: str) -> Exercise:
    return Exercise(
        name=str(abs(hash(source))), kind=ExerciseKind.HISTORY, title="t", base="b", must_pass=("t::a",), source=source
    )


@dataclass
class History:
    exercises: list[Exercise] = field(default_factory=list)

    def base(self, exercise: Exercise) -> Snapshot:
        return Snapshot("base", {})

    def place(self, exercise: Exercise) -> Place:
        return Place(root=exercise.name)

    def answer(self, exercise: Exercise) -> Snapshot | None:
        return Snapshot("answer", {})


def outcome(pull: int, *, merged: bool = True, commit: str = "", repository: int = 5) -> PullOutcome:
    return PullOutcome(
        repository=repository, name="a/b", pull=pull, issue=1, job="j", merged=merged, edited=False, commit=commit
    )


def test_only_merged_ones_count_by_commit_or_by_number() -> None:
    sources = [*(f"commit {letter * 40}" for letter in "abcd"), "pull request 7 of a/b", "pull request 8 of a/b"]
    history = History([exercise(source) for source in sources])
    outcomes = [outcome(1, commit="a" * 40), outcome(2, merged=False, commit="b" * 40), outcome(3)]
    chosen = merged(history, [*outcomes, outcome(7, commit="e" * 40)])
    assert [one.source for one in chosen.exercises] == [sources[0], sources[4]]
    assert chosen.base(chosen.exercises[0]).commit == "base"
    answer = chosen.answer(chosen.exercises[0])
    assert answer is not None
    assert answer.commit == "answer"


def test_the_last_end_of_a_pull_request_counts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'intern.sqlite'}"
    outcomes = Outcomes(url)
    assert outcomes.read() == ()
    outcomes.enter(outcome(1, merged=False))
    outcomes.enter(outcome(1, commit="a" * 40))
    outcomes.enter(outcome(1, merged=False, repository=6))
    outcomes.close()
    again = Outcomes(url)
    assert again.read() == (outcome(1, commit="a" * 40), outcome(1, merged=False, repository=6))
    again.close()
