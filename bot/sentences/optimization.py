"""What `intern optimize` and `intern doctor` say about compiled programs."""

from collections.abc import Sequence
from pathlib import Path

from bot.words.compilation import Compilation


def edited(pull: int, exercise: str) -> str:
    """A pull request that people changed and merged."""
    return (
        f"{exercise}: people changed pull request {pull} before they merged it. What they merged is the right answer."
    )


def closed(pull: int, exercise: str) -> str:
    """A pull request that people closed, with another answer to its issue."""
    return (
        f"{exercise}: people closed pull request {pull} and answered its issue otherwise. Theirs is the right answer; "
        "no example is taken from this exercise."
    )


def closed_for_good(pull: int, issue: int) -> str:
    """A pull request that people closed, without any other answer."""
    return (
        f"Nothing is learned from pull request {pull}: people closed it, and no fix among these says that it closes "
        f"issue {issue}."
    )


def edited_remark(patch: str) -> str:
    """What whoever writes instructions is told of a pull request that people changed."""
    return _with_patch("People changed what was proposed here earlier before they merged it.", patch)


def closed_remark(patch: str) -> str:
    """What whoever writes instructions is told of a pull request that people closed."""
    return _with_patch(
        "People closed what was proposed here earlier, although its tests passed, and did it otherwise.", patch
    )


def _with_patch(said: str, patch: str) -> str:
    return f"{said} That was:\n{patch}" if patch else said


def parts(learn: Sequence[str], held: Sequence[str]) -> str:
    """Which exercises are held out."""
    return f"Learning from {len(learn)} exercises; held out, to score with: {', '.join(held)}."


def next_course(program: str) -> str:
    """Which programs come next."""
    return f"Next: {program}."


def evaluated(name: str, share: float, measure: str) -> str:
    """One held-out exercise; the measure as in "of the hidden tests pass"."""
    return f"{name}: {share:.0%} {measure}."


def too_few(count: int, needed: int) -> str:
    """Not enough to learn and to score."""
    return f"Only {count} exercises can be used, and it takes {needed}: some to learn from, and others to score with."


def nothing_learned(optimizer: str) -> str:
    """The optimizer found nothing."""
    why = {
        "BootstrapFewShot": "no exercise was done well enough, with an answer that is short enough for an example",
        "GEPA": "no instruction did better than the one that stands in the code",
    }
    return f"{optimizer} learned nothing: {why.get(optimizer, 'it changed nothing')}. Nothing is saved."


def scored(what: str, score: float, measure: str) -> str:
    """The score of a program."""
    return f"{what}: {score:.1%} {measure} on the held-out exercises."


def refused(before: float, after: float) -> str:
    """It is no better."""
    return f"Not accepted: {after:.1%} on the held-out exercises is not better than {before:.1%}. Nothing is saved."


def accepted(made: Sequence[Compilation], folder: str) -> str:
    """It is better, saved, and used from now on."""
    first = made[0]
    names = ", ".join(one.program for one in made)
    return (
        f"Accepted: {first.before:.1%} became {first.after:.1%} on the held-out exercises. Saved in {folder}: {names}. "
        f"It is used for {first.model} from the next start on."
    )


def go_on(why: str, place: str) -> str:
    """It ended early."""
    return f"{why} What was found out is kept in {place}; the same command goes on from there."


def told_programs(known: Sequence[Compilation], refused_files: Sequence[str], folder: Path | None) -> str:
    """The doctor's line."""
    told = [
        f"{one.program} ({one.optimizer}, {one.date}, for {one.model}: {one.before:.1%} became {one.after:.1%} "
        f"on {one.held_out} held-out exercises)"
        for one in known
    ]
    none = f"none in {folder}; `intern optimize` makes them" if folder else "none, as INTERN_PROGRAMS says"
    return " ".join([", ".join(told) or none, *refused_files])
