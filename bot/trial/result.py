"""Result: what became of one exercise, and what that is worth."""

import hashlib
from enum import StrEnum

from bot.words.budget import Usage
from bot.words.exercise import Exercise, ExerciseKind, Score
from bot.words.value import Value
from bot.workflow.ending import End


class Worth(StrEnum):
    """What a result is worth; the value is what a reader sees, the best first."""

    SOLVED = "solved and proven"
    REFUSED_RIGHTLY = "rightly refused"
    UNPROVEN = "right, but not proven"
    UNSOLVED = "not solved"
    REFUSED_WRONGLY = "wrongly refused"
    WRONGLY_PROVEN = "wrongly proven"
    FAILED = "did not run"


class Result(Value):
    """One exercise, done once.

    Attributes:
        name: of the exercise.
        kind: of the exercise.
        digest: of the whole exercise, so that a changed one is done again.
        must_refuse: of the exercise.
        model: LiteLLM's name of the model that did it.
        end: how the job ended.
        sentence: the job's last word.
        attempts: patches written and verified.
        score: what the hidden tests say of the last patch; of a proven one only, where the right answer is to refuse.
        usage: what was spent.
        minutes: wall time of the job.
        date: when it ended, in ISO 8601 UTC.
        title: of the exercise: of a fix of the history, whose name is a commit's, this says what it is about.
    """

    name: str
    kind: ExerciseKind
    digest: str
    must_refuse: bool
    model: str
    end: End
    sentence: str
    attempts: int
    score: Score
    usage: Usage
    minutes: float
    date: str
    title: str = ""

    @property
    def proven(self) -> bool:
        """Whether a pull request would have been opened."""
        return self.end is End.PROVEN

    @property
    def worth(self) -> Worth:
        """What it is worth. To find no proof is as good as to refuse; to run out of a budget is not."""
        if self.end in {End.FAILED, End.STOPPED}:
            return Worth.FAILED
        if self.proven:
            return Worth.SOLVED if self.score.right else Worth.WRONGLY_PROVEN
        if self.must_refuse:
            return Worth.UNSOLVED if self.end is End.SPENT else Worth.REFUSED_RIGHTLY
        if self.score.right:
            return Worth.UNPROVEN
        return Worth.REFUSED_WRONGLY if self.end is End.REFUSED else Worth.UNSOLVED


def digest_of(exercise: Exercise) -> str:
    """SHA-256 of everything that decides what is asked and what is right; where it lies does not count."""
    content = exercise.model_copy(update={"place": ""}).model_dump_json()
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()
