"""Reviewed: of a repository's fixes those in which people said what they think of a pull request of the bot's.

What they merged is the right answer, with whatever they changed before. What they closed has no right answer of its
own; only where a later fix answers the same issue does it say something: that a proven patch was not what was wanted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.sentences import optimization as sentences
from bot.trial.collection import Collection
from bot.words.exercise import Exercise
from bot.words.place import Place
from bot.words.pull_outcome import PullOutcome
from bot.words.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Review:
    """What people made of the bot's answers to one exercise.

    Attributes:
        example: whether examples for later prompts may be taken from it; never where an answer was closed.
        remark: what they did, for whoever writes instructions, with the patch where it was kept.
    """

    example: bool = True
    remark: str = ""


@dataclass(frozen=True)
class Reviewed:
    """A collection of some of another's exercises.

    Attributes:
        history: all of them.
        reviews: by an exercise's name.
        told: what is not learned from, and what is learned otherwise than as a right answer; a sentence each.
    """

    history: Collection
    reviews: Mapping[str, Review]
    told: tuple[str, ...] = ()

    @property
    def exercises(self) -> Sequence[Exercise]:
        """Those that people said something in."""
        return [one for one in self.history.exercises if one.name in self.reviews]

    def base(self, exercise: Exercise) -> Snapshot:
        """The files to start from."""
        return self.history.base(exercise)

    def place(self, exercise: Exercise) -> Place:
        """Where they are."""
        return self.history.place(exercise)

    def answer(self, exercise: Exercise) -> Snapshot | None:
        """The files as people merged them."""
        return self.history.answer(exercise)

    def issue(self, exercise: Exercise) -> int:
        """Number of its issue."""
        return self.history.issue(exercise)


def reviewed(history: Collection, outcomes: Iterable[PullOutcome], patch_of: Callable[[str], str]) -> Reviewed:
    """The fixes of a history that outcomes say something of.

    Args:
        history: of one repository.
        outcomes: of all repositories.
        patch_of: the patch that a job proposed, as a diff, by the job's id; "" where it was not kept.
    """
    known = list(outcomes)
    found = _Found(history, patch_of)
    for one in known:
        if one.merged and one.commit:
            found.enter_merged(one)
    # Numbers of issues mean something only in their own repository, and a clone does not tell which that is.
    for one in known:
        if not one.merged and (one.repository in found.repositories or one.name in found.names):
            found.enter_closed(one)
    return Reviewed(history, found.reviews, tuple(found.told))


@dataclass
class _Found:
    """What was found so far."""

    history: Collection
    patch_of: Callable[[str], str]
    reviews: dict[str, Review] = field(default_factory=dict)
    repositories: set[int] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_source = {one.source: one for one in self.history.exercises}
        self.names = {source.partition(" of ")[2] for source in self._by_source if source.startswith("pull request ")}

    def enter_merged(self, one: PullOutcome) -> None:
        """A pull request that people merged, if the history has it."""
        for source in (f"commit {one.commit}", f"pull request {one.pull} of {one.name}"):
            if exercise := self._by_source.get(source):
                self.repositories.add(one.repository)
                remark = sentences.edited_remark(self.patch_of(one.job)) if one.edited else ""
                self.reviews[exercise.name] = Review(remark=remark)
                if one.edited:
                    self.told.append(sentences.edited(one.pull, exercise.name))

    def enter_closed(self, one: PullOutcome) -> None:
        """A pull request that people closed, if a fix of the history answers its issue."""
        answers = [each for each in self.history.exercises if one.issue and self.history.issue(each) == one.issue]
        for exercise in answers:
            before = self.reviews.get(exercise.name, Review())
            remarks = (before.remark, sentences.closed_remark(self.patch_of(one.job)))
            self.reviews[exercise.name] = Review(example=False, remark="\n\n".join(filter(None, remarks)))
            self.told.append(sentences.closed(one.pull, exercise.name))
        if not answers:
            self.told.append(sentences.closed_for_good(one.pull, one.issue))
