"""The frozen, closed base of every value that is stored or sent."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value; unknown keys are refused, so that a stored form can't drift unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid")
