"""Messages: the lines that the agent inside a room writes to the host, parsed once, as from a hostile peer."""

from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from sandbox.room import Execution, Outcome


class ProtocolBroken(Exception):
    """A line that can't come from our program in a healthy room."""


class Line(BaseModel):
    """One line; `id` is that of the order it answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str


class Report(Line):
    """The program wrote these lines into its report pipe."""

    kind: Literal["report"]
    lines: tuple[str, ...]


class Unstartable(Line):
    """The program can't be started."""

    kind: Literal["unstartable"]
    error: str


class Call(Line):
    """The code calls a function of the host."""

    kind: Literal["call"]
    call: int
    name: str
    args: list[Any]
    kwargs: dict[str, Any]


class Data(Line):
    """So many raw bytes follow this line."""

    kind: Literal["data"]
    bytes: int = Field(ge=0, le=2**20)


class Gone(Line):
    """Of the files that the host knows, these are not in the workspace as they were."""

    kind: Literal["gone"]
    paths: tuple[str, ...]


class End(Line):
    """The end of a run; the attributes are those of `Execution`, `ooms` counts kills for memory meanwhile."""

    kind: Literal["end"]
    outcome: Outcome
    code: int | None = None
    stdout: Base64Bytes = b""
    stderr: Base64Bytes = b""
    error: str = ""
    result: Any = None
    submitted: bool = False
    ooms: int = 0
    seconds: float = 0.0

    def execution(self) -> Execution:
        """The same for callers. A failure while the kernel killed for memory counts as out of memory."""
        failed = bool(self.error) or bool(self.code) or self.outcome is Outcome.KILLED
        starved = self.outcome in (Outcome.FINISHED, Outcome.KILLED) and failed and self.ooms > 0
        return Execution(
            outcome=Outcome.OUT_OF_MEMORY if starved else self.outcome,
            exit_code=self.code,
            stdout=self.stdout.decode("utf-8", "replace"),
            stderr=self.stderr.decode("utf-8", "replace"),
            error=self.error,
            result=self.result,
            submitted=self.submitted,
            seconds=self.seconds,
        )


Answer = Report | Unstartable | Call | Data | Gone | End
_ADAPTER: TypeAdapter[Answer] = TypeAdapter(Annotated[Answer, Field(discriminator="kind")])


def parse(line: bytes, *, of: str) -> Answer:
    """The message of a line.

    Args:
        line: what came, without its end.
        of: id of the order that must be answered.

    Raises:
        ProtocolBroken: it is no message, or answers something else.
    """
    try:
        message = _ADAPTER.validate_json(line)
    except ValidationError as error:
        raise ProtocolBroken(f"not a message: {line[:240]!r}") from error
    if message.id != of:
        raise ProtocolBroken("an answer to something that was not asked")
    return message


def unexpected(answer: Answer) -> ProtocolBroken:
    """The error for a message that has no place where it came."""
    return ProtocolBroken(f"a message of kind {answer.kind!r}")
