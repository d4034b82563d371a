"""Optimizers: BootstrapFewShot finds examples, GEPA finds instructions. Both are dspy's own."""

import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dspy

from bot.programs.compilable import EMPTY
from bot.programs.compiled import example_space
from bot.programs.examples import shortened
from bot.programs.practice import Practice
from bot.programs.reflection import CODING, KeptInstructions, Reflection

BOOTSTRAP, GEPA = "BootstrapFewShot", "GEPA"
#: Exercises done well that examples are taken from; of those, as many as fit are shown.
MOST_DONE_WELL = 4
#: GEPA looks at so many exercises at once, and at each of all so often.
AT_ONCE, ROUNDS = 3, 10
#: The feedback of an exercise that there is nothing to say about.
RIGHT = "It was right in all that was looked at."


def bootstrap(practice: Practice, names: Sequence[str], enough: float = 1.0) -> Any:
    """A practice with examples: what its own programs wrote for exercises that they did well.

    Args:
        practice: not changed.
        names: of the exercises to learn from.
        enough: share from which on an exercise counts as done well; 1.0: all hidden tests pass.
    """
    student = practice.deepcopy()
    student.final_only = True

    def right(_example: Any, prediction: Any, _trace: Any = None) -> bool:
        return bool(prediction.share >= enough)

    optimizer = dspy.BootstrapFewShot(
        metric=right, max_bootstrapped_demos=MOST_DONE_WELL, max_labeled_demos=0, max_errors=1
    )
    with contextlib.redirect_stdout(io.StringIO()):  # dspy prints; its bar goes to standard error
        compiled = optimizer.compile(student, trainset=examples_of(names))
    for predictor in compiled.predictors():
        predictor.demos = shortened(predictor.demos, predictor.signature, example_space())
    return compiled


def evolve(
    practice: Practice,
    names: Sequence[str],
    kept: KeptInstructions,
    stop: Callable[[], bool],
    *,
    reflection: Any = None,
    doing: str = CODING,
) -> Any:
    """A practice with instructions that the model wrote after it had read pytest's text of what failed.

    With the same exercises and answers it goes the same way again, so that an interrupted run is repeated from what
    was kept. (GEPA's own checkpoints are pickles.)

    Args:
        practice: not changed.
        names: of the exercises to learn from.
        kept: instructions that were proposed before.
        stop: asked before each step; True ends it with the best so far.
        reflection: the model that writes the instructions, a `dspy.LM`; None for the session's own.
        doing: what the programs do, in the words of `bot.programs.reflection`.
    """
    writer = reflection or dspy.settings.lm

    def told(_gold: Any, prediction: Any, _trace: Any = None, _name: Any = None, _part: Any = None) -> Any:
        return dspy.Prediction(score=prediction.share, feedback=prediction.feedback or RIGHT)

    optimizer = dspy.GEPA(
        metric=told,
        max_metric_calls=ROUNDS * len(names),
        reflection_minibatch_size=min(AT_ONCE, len(names)),
        reflection_lm=writer,
        instruction_proposer=Reflection(kept, writer, doing),
        component_selector=least_changed,
        use_merge=False,
        num_threads=1,
        warn_on_score_mismatch=False,
        gepa_kwargs={"stop_callbacks": [lambda _state: stop()]},
    )
    examples = examples_of(names)
    with contextlib.redirect_stdout(io.StringIO()):
        return optimizer.compile(practice, trainset=examples, valset=examples)


def examples_of(names: Sequence[str]) -> list[Any]:
    """The exercises in dspy's form."""
    return [dspy.Example(exercise=name).with_inputs("exercise") for name in names]


def least_changed(
    state: Any, trajectories: Sequence[Mapping[str, Any]], _scores: Any, _index: int, _candidate: Any
) -> list[str]:
    """Of the predictors that were used, the one whose instruction was changed least often."""
    used = sorted({name for one in trajectories for name in getattr(one["prediction"], "called", ())})
    tried = list(state.program_candidates)
    return [min(used, key=lambda name: (len({one.get(name) for one in tried}), name))] if used else []


def learned(compiled: Any) -> dict[str, Any]:
    """Of the programs of a practice those that differ from what is written in the code, by name."""
    return {name: program for name, program in compiled.programs.items() if words(program) != words(EMPTY[name]())}


def words(program: Any) -> list[Any]:
    """What an optimizer may change of a program."""
    return [(predictor.signature.instructions, predictor.demos) for predictor in program.predictors()]
