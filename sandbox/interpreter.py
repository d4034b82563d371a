"""The interpreter: DSPy's `CodeInterpreter` over a room. The one place where this package knows DSPy.

https://dspy.ai/api/tools/CodeInterpreter/
"""

import inspect
import json
import keyword
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, Self

import dspy

from sandbox.room import Execution, Outcome, Room, RoomDied, SandboxError

RESERVED = frozenset({"SUBMIT", "__builtins__"})
LONGEST_ANSWER = 20_000

#: What a model is told; DSPy reads it from the factory as well as from the interpreter.
INSTRUCTIONS = (
    "Code runs as CPython in an isolated container without a network. The repository's files are in the "
    "working directory /workspace; /workspace and /workspace/src can be imported from. State persists "
    "between executions. Only what is printed is seen. End with SUBMIT(...), which takes JSON-able data."
)


def create_interpreter(
    open_room: Callable[[], Room],
    *,
    seconds: float | None = None,
    tools: Mapping[str, Callable[..., Any]] | None = None,
) -> "RoomInterpreter":
    """An interpreter for ProgramOfThought, CodeAct and RLM. Nothing is opened before its first use.

    Args:
        open_room: opens a room that holds what the code may see; the interpreter closes it.
        seconds: wall time of one execution; the room's own limit when None.
        tools: functions of the host that the code may call by name.
    """
    return RoomInterpreter(open_room, seconds=seconds, tools=tools)


class RoomInterpreter:
    """Implements `dspy.CodeInterpreter`.

    A room that dies (time, memory) is replaced once, as its code may do better when it is told; state is lost
    then. The second death is the end of the session.
    """

    execution_instructions = INSTRUCTIONS

    def __init__(
        self,
        open_room: Callable[[], Room],
        *,
        seconds: float | None = None,
        tools: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        self.tools: dict[str, Callable[..., Any]] = dict(tools or {})
        self.output_fields: list[dict[str, Any]] | None = None
        self._open_room = open_room
        self._seconds = seconds
        self._room: Room | None = None
        self._replaced = False
        self._ended = False

    def start(self) -> None:
        """Open the room, if there is none. Raises dspy.CodeInterpreterError."""
        if self._ended:
            raise dspy.CodeInterpreterError("this interpreter was shut down: create another one")
        if self._room is None:
            try:
                self._room = self._open_room()
            except SandboxError as error:
                raise dspy.CodeInterpreterError(f"no room for the code: {error}") from error

    def execute(self, code: str, variables: dict[str, Any] | None = None) -> Any:
        """Run the code.

        Args:
            code: Python.
            variables: JSON-able values that the code finds under these names.

        Returns:
            `dspy.FinalOutput` when the code called SUBMIT; else what was printed, or None.

        Raises:
            dspy.CodeExecutionError: the code failed in a way that better code would not.
            dspy.CodeInterpreterError: the room died twice, or none can be had.
        """
        _check_names([*self.tools, *(variables or {})])
        self.start()
        room = self._room
        assert room is not None  # noqa: S101 - start() opened it
        try:
            if variables:
                room.execute(_assignments(variables), seconds=self._seconds)
            fields = [field["name"] for field in self.output_fields or []]
            execution = room.execute(code, seconds=self._seconds, tools=self._bound_tools(), fields=fields)
        except RoomDied as error:
            self._bury(str(error))
        if execution.outcome is not Outcome.FINISHED:
            self._bury(_explain(execution))
        if execution.error:
            raise dspy.CodeExecutionError(_with_output(execution))
        if execution.submitted:
            return dspy.FinalOutput(execution.result)
        return execution.stdout or None

    def shutdown(self) -> None:
        """Close the room. May be called twice."""
        self._ended = True
        if self._room is not None:
            self._room.close()
            self._room = None

    def __call__(self, code: str, variables: dict[str, Any] | None = None) -> Any:
        """The same as `execute`."""
        return self.execute(code, variables)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    def _bury(self, why: str) -> NoReturn:
        """The room is dead: the code's fault the first time, the end of the session the second time."""
        if self._room is not None:
            self._room.close()
            self._room = None
        if self._replaced:
            self._ended = True
            raise dspy.CodeInterpreterError(f"the room died twice; the last time: {why}")
        self._replaced = True
        raise dspy.CodeExecutionError(f"{why}\nAll variables are lost; write code that needs less.")

    def _bound_tools(self) -> dict[str, Callable[..., object]]:
        return {name: _by_signature(tool) for name, tool in self.tools.items()}


def _check_names(names: list[str]) -> None:
    bad = [name for name in names if not name.isidentifier() or keyword.iskeyword(name) or name in RESERVED]
    if bad:
        raise dspy.CodeInterpreterError(f"not usable as names of tools and variables: {bad!r}")


def _assignments(variables: Mapping[str, Any]) -> str:
    """Code that sets the variables; their values are data in it, never code."""
    try:
        pairs = {name: json.dumps(value) for name, value in variables.items()}
    except (TypeError, ValueError) as error:
        raise dspy.CodeInterpreterError(f"variables must be JSON-able: {error}") from error
    return "import json as _json\n" + "\n".join(f"{name} = _json.loads({text!r})" for name, text in pairs.items())


def _by_signature(tool: Callable[..., Any]) -> Callable[..., object]:
    """The tool, called by keywords where its arguments have names: DSPy's own tools take nothing else."""

    def call(*args: object, **kwargs: object) -> object:
        parameters = [] if not args else list(inspect.signature(tool).parameters.values())
        if any(p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL) for p in parameters):
            return tool(*args, **kwargs)
        if len(args) > len(parameters):
            raise TypeError(f"it takes at most {len(parameters)} arguments")
        return tool(**{p.name: value for p, value in zip(parameters, args, strict=False)}, **kwargs)

    return call


def _explain(execution: Execution) -> str:
    why = {
        Outcome.TIMED_OUT: "the code took too long and was stopped",
        Outcome.OUT_OF_MEMORY: "the code needed more memory than there is and was stopped",
        Outcome.OUTPUT_TOO_LARGE: "the code printed without end and was stopped",
    }
    told = why.get(execution.outcome, "the room of the code was ended from within")
    return f"{told}. {execution.error}".strip()


def _with_output(execution: Execution) -> str:
    """The error; what was printed before it helps to mend it."""
    printed = execution.stdout[-LONGEST_ANSWER:].strip()
    return f"{execution.error}\n\nPrinted before:\n{printed}" if printed else execution.error
