"""Compilation: what is known of a compiled program, one with instructions and examples that an optimizer found."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.words.value import Value

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Share = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


class Compilation(Value):
    """Where a compiled program comes from, and why it is used.

    Attributes:
        program: which program ("program_of_thought").
        signatures: digest of the signatures that it was compiled for; of others it says nothing.
        model: LiteLLM's name of the model that it was compiled for.
        optimizer: "BootstrapFewShot" or "GEPA".
        date: day of the compilation, "2026-11-26".
        before: share of the hidden tests that passed without it, over the held-out exercises, 0.0 to 1.0.
        after: the same with it.
        examples: exercises that it was made from.
        held_out: exercises that it was scored with, none of which it was made from.
    """

    program: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
    signatures: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    model: Line
    optimizer: Line
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
    before: Share
    after: Share
    examples: Number
    held_out: Number
