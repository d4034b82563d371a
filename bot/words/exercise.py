"""Exercise: an issue whose right answer is known. Score: what hidden tests say of a patch for it."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from bot.words.value import Value


class ExerciseKind(StrEnum):
    """What is asked for, or what makes it hard; the value is what a reader sees."""

    TRACEBACK = "bug with a traceback"
    BUG = "bug"
    FEATURE = "small feature"
    MODULE = "new module"
    REFACTORING = "refactoring"
    REFUSE = "must be refused"
    MISLEADING = "misleading text"
    HUGE = "huge file"
    FLAKY = "flaky suite"
    UNTESTED = "no tests"
    DOCUMENTED = "documentation beside code"
    DELETION = "deletion"
    HISTORY = "from the history"


class Exercise(Value):
    """One issue for a repository, with tests of the answer that whoever solves it never sees.

    The files and a right answer are kept apart from it (`bot.trial.collection`), so that it can be shown and stored.

    Attributes:
        name: short, unique in its collection ("parse-offset"); fit for a folder's name.
        kind: see there.
        title: the issue's title.
        body: the issue's text.
        place: where the files come from, for a reader: a folder, or "owner/name@sha".
        base: SHA of the commit to start from, or a digest of the files where there is no git.
        hidden: the hidden tests and what they need, path to text; laid over base and patch before they run.
        must_pass: pytest ids of hidden tests that a right patch passes. An id without "[...]" stands for all its
            parameters, which must all pass.
        must_refuse: a right answer is no proven patch at all.
        source: where it was taken from ("written for this evaluation", or a repository's address).
        licence: SPDX expression of the files' licence.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")
    kind: ExerciseKind
    title: str = Field(min_length=1, max_length=256)
    body: str = ""
    place: str = ""
    base: str
    hidden: dict[str, str] = Field(default_factory=dict)
    must_pass: tuple[str, ...] = ()
    must_refuse: bool = False
    source: str = ""
    licence: str = ""

    @model_validator(mode="after")
    def _can_be_scored(self) -> Self:
        if not self.must_refuse and not self.must_pass:
            raise ValueError("no hidden test must pass, and it need not be refused: nothing would be measured")
        return self


class Score(Value):
    """What the hidden tests said.

    Attributes:
        passed: how many of the exercise's `must_pass` passed.
        total: how many there are; 1 where the right answer was to refuse.
        failed: the ids that did not pass.
        feedback: pytest's own text of what failed, cut; "" when nothing did.
    """

    passed: int
    total: int
    failed: tuple[str, ...] = ()
    feedback: str = ""

    @property
    def share(self) -> float:
        """0.0 to 1.0."""
        return self.passed / self.total if self.total else 0.0

    @property
    def right(self) -> bool:
        """Whether all passed."""
        return self.total > 0 and self.passed == self.total
