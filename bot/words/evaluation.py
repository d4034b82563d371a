"""Evaluation: how a program did at one exercise, with what it was asked and answered on the way."""

from typing import Annotated

from pydantic import Field, JsonValue

from bot.words.value import Value


class Call(Value):
    """One call of a predictor that was answered in the form asked for.

    Attributes:
        predictor: its name in the programs under optimization.
        inputs: the values of its input fields.
        outputs: the values of its output fields.
    """

    predictor: str
    inputs: dict[str, JsonValue]
    outputs: dict[str, JsonValue]


class Evaluation(Value):
    """One program at one exercise.

    Attributes:
        share: of the hidden tests that pass, 0.0 to 1.0.
        feedback: pytest's own text of what failed, or why there was nothing to run it on.
        calls: in order.
    """

    share: Annotated[float, Field(ge=0, le=1)]
    feedback: str = ""
    calls: tuple[Call, ...] = ()
