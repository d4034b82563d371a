"""Check an exercise before a model is asked: its hidden tests must tell the right answer from none."""

from bot.trial.score import Examiner, scored
from bot.words.exercise import Exercise, ExerciseKind
from bot.words.snapshot import Snapshot


def checked(exercise: Exercise, base: Snapshot, answer: Snapshot | None, examiner: Examiner) -> Exercise | str:
    """The exercise with the hidden tests that count, or why it measures nothing, as the end of a sentence.

    From a history every test of the files that a fix changed is taken, and only now is seen which of them pass there.

    Args:
        exercise: as it was read.
        base: the files to start from.
        answer: the files as a person left them.
        examiner: runs the hidden tests.

    Raises:
        SandboxError: no room could be had.
        Refusal: the repository's settings can't be read.
    """
    if exercise.must_refuse:
        return exercise
    if answer is None:
        return "it has no solution to check its hidden tests with."
    after = scored(exercise.must_pass, examiner.run(exercise, base, answer.files))
    if after.failed and exercise.kind is not ExerciseKind.HISTORY:
        return f"its own solution does not pass {after.failed[0]}."
    passing = tuple(identity for identity in exercise.must_pass if identity not in set(after.failed))
    if not passing:
        return "none of its hidden tests passes with the fix. " + " ".join(after.feedback.split())[:300]
    if not scored(passing, examiner.run(exercise, base, base.files)).failed:
        return "its hidden tests pass without any change."
    return exercise.model_copy(update={"must_pass": passing})
