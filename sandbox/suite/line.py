"""The lines of our reporter, parsed once, from a hostile peer. See `sandbox.inside.reporter`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

#: The longest id that the reporter tells: 900 characters, three dots and a sha256.
Id = Annotated[str, Field(max_length=967)]
Word = Annotated[str, Field(max_length=1_000)]
Seconds = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class Line(BaseModel):
    """What our reporter says in one line; `number` counts from 1 without a gap."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    nonce: str
    number: int


class Started(Line):
    """pytest is about to start."""

    kind: Literal["start"]
    pytest: Word


class Collecting(Line):
    """A file is being collected: imported, most often."""

    kind: Literal["collecting"]
    path: Id


class Broken(Line):
    """A file can't be collected."""

    kind: Literal["broken"]
    path: Id
    exception: Word
    message: str
    missing: Word


class Collected(Line):
    """Some of the tests that were found."""

    kind: Literal["collected"]
    ids: tuple[Id, ...]


class Begun(Line):
    """A test begins."""

    kind: Literal["begun"]
    id: Id


class Phase(Line):
    """Setup, call or teardown of one test, or the death of the worker that ran it.

    A setup or a call that simply passed is not told; `seconds` holds its time, `called` whether the test was called.
    """

    kind: Literal["phase"]
    id: Id
    called: bool
    when: Literal["setup", "call", "teardown", "crash"]
    outcome: Literal["passed", "failed", "skipped"]
    xfail: bool = False
    seconds: Seconds
    exception: Word = ""
    message: str = ""
    missing: Word = ""
    output: str = ""


class Ended(Line):
    """The regular end, with pytest's own exit code and counts of failures.

    Attributes:
        code: what pytest returned.
        counted: failures that pytest had counted when the last test had ended; None when it ran none.
        total: the same at the end, when plugins may have added to it.
    """

    kind: Literal["end"]
    code: int
    counted: int | None = None
    total: int | None = None


Piece = Started | Collecting | Broken | Collected | Begun | Phase | Ended
_ADAPTER: TypeAdapter[Piece] = TypeAdapter(Annotated[Piece, Field(discriminator="kind")])


def parse(line: str) -> Piece | None:
    """The line; None when it is not one of our reporter's."""
    try:
        return _ADAPTER.validate_json(line)
    except ValidationError:
        return None
