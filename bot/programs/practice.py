"""Practice: programs of one kind as one dspy module, whose input is the name of an exercise.

Optimizers change its predictors. While it works at an exercise, the production path gets exactly these: what is
measured is what will run. An evaluation that is known already is not made again, but told as if it had been.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import dspy
from pydantic import BaseModel

from bot.errors import Broken
from bot.programs.compilable import CODE, signatures_of_programs
from bot.programs.compiled import taught_by
from bot.programs.defused import encodable
from bot.words.evaluation import Call, Evaluation

log = logging.getLogger(__name__)

#: What an input says that holds nothing.
NONE = "none"


class Kept(Protocol):
    """Evaluations that were made before."""

    def evaluation(self, key: str) -> Evaluation | None:
        """The one of this key."""

    def keep(self, key: str, evaluation: Evaluation) -> None:
        """Keep one, durably."""


@dataclass(frozen=True)
class Workplace:
    """Where a practice works. dspy copies modules deeply, and this must not be copied.

    Attributes:
        evaluate: works at an exercise by the production path, and measures.
        digest: of everything about an exercise that decides how it is done and measured.
        kept: what was evaluated before.
    """

    evaluate: Callable[[str], Evaluation]
    digest: Callable[[str], str]
    kept: Kept

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class Practice(dspy.Module):  # type: ignore[misc]  # dspy is untyped
    """The programs under optimization.

    Args:
        workplace: where they work.
        made: makes each of them, by name; those that write code unless told otherwise.

    Attributes:
        programs: by name, each with predictors that an optimizer may change.
        final_only: tell dspy only of calls whose answers were kept, as examples should be; else of all.
    """

    def __init__(self, workplace: Workplace, made: Mapping[str, Callable[[], Any]] = CODE) -> None:
        super().__init__()
        self.programs = {name: make() for name, make in made.items()}
        self.final_only = False
        self._workplace = workplace

    def forward(self, exercise: str, time: int = 0) -> Any:
        """Work at an exercise.

        Args:
            exercise: its name.
            time: tells apart several evaluations of the same.

        Returns:
            A prediction with `share`, `feedback`, and `called`, the names of the predictors that were used.
        """
        kept, key = self._workplace.kept, self._key(exercise, time)
        known = kept.evaluation(key)
        if known is None:
            with taught_by(_Lent(self.programs)), dspy.context(trace=[]):
                measured = self._measured(exercise)
                calls = tuple(self._calls(dspy.settings.trace))
            known = measured.model_copy(update={"calls": calls})
            kept.keep(key, known)
        self._tell(known)
        called = [call.predictor for call in known.calls]
        return dspy.Prediction(share=known.share, feedback=known.feedback, called=called)

    def _measured(self, exercise: str) -> Evaluation:
        """The evaluation. What goes wrong in it ends the work: optimizers would take it for a bad score, and go on."""
        try:
            return self._workplace.evaluate(exercise)
        except Exception as error:
            log.exception("%s could not be evaluated", exercise)
            raise Broken(f"{exercise} could not be evaluated, by a fault of mine; the log has the details.") from error

    def _key(self, exercise: str, time: int) -> str:
        """Decides whether two evaluations are the same: programs, exercise, and how the model is asked."""
        words = {
            name: [predictor.signature.instructions, [dict(demo) for demo in predictor.demos]]
            for name, predictor in self.named_predictors()
        }
        lm = dspy.settings.lm
        asked = [lm.model, lm.kwargs.get("temperature"), lm.kwargs.get("rollout_id")]
        parts = [words, dict(signatures_of_programs()), self._workplace.digest(exercise), asked, time]
        known = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(encodable(known).encode()).hexdigest()

    def _calls(self, trace: Sequence[Any]) -> Any:
        names = {id(predictor): name for name, predictor in self.named_predictors()}
        for predictor, inputs, outputs in trace:
            if id(predictor) in names:
                yield Call(predictor=names[id(predictor)], inputs=plain(inputs), outputs=plain(outputs))

    def _tell(self, known: Evaluation) -> None:
        """Enter the calls into dspy's trace: optimizers learn from there."""
        predictors = dict(self.named_predictors())
        for call in final(known.calls) if self.final_only else known.calls:
            if predictor := predictors.get(call.predictor):
                entry = (predictor, dict(call.inputs), dspy.Prediction(**call.outputs))
                dspy.settings.trace.append(entry)


@dataclass(frozen=True)
class _Lent:
    """Lends the predictors of programs under optimization to the programs that the production path makes."""

    programs: Mapping[str, Any]

    def teach(self, program: Any, name: str) -> None:
        if name not in self.programs:
            return
        for path, predictor in self.programs[name].named_predictors():
            place = program
            *parents, last = path.split(".")
            for parent in parents:
                place = getattr(place, parent)
            setattr(place, last, predictor)


def plain(values: Any) -> dict[str, Any]:
    """The values as JSON has them."""
    return dict(json.loads(encodable(json.dumps(dict(values), default=_plain))))


def _plain(value: Any) -> Any:
    return value.model_dump() if isinstance(value, BaseModel) else str(value)


def final(calls: Sequence[Call]) -> list[Call]:
    """The calls whose answers were kept: of those that were corrected afterwards an example would teach the fault."""
    return [call for number, call in enumerate(calls, 1) if not any(corrects(after) for after in calls[number:][:1])]


def corrects(call: Call) -> bool:
    """Whether it was asked to correct what the call before it had answered."""
    return any(call.inputs.get(name) not in (None, "", NONE) for name in ("previous_code", "failures"))
