"""The conversation with a room's persistent interpreter: one order, its calls of host functions, one end."""

import json
import secrets
from collections.abc import Mapping, Sequence

from sandbox.docker.attach import Attachment, DeadlinePassed, LineTooLong
from sandbox.message import Call, End, ProtocolBroken, parse
from sandbox.room import MIB, Tools

MOST_CALLS = 10_000


class Conversation:
    """The host's end of `sandbox.inside.worker`."""

    def __init__(self, worker: Attachment, output: int) -> None:
        self._worker = worker
        self._output = output

    def ask(self, code: str, tools: Tools, fields: Sequence[str], seconds: float, deadline: float) -> End:
        """Have the code executed.

        Args:
            code: Python.
            tools: functions of the host by the names that the code has for them.
            fields: names for the values of SUBMIT(a, b).
            seconds: after these the worker itself gives up and tells what was printed.
            deadline: the moment (of the monotonic clock) after which nobody waits any more.

        Raises:
            DeadlinePassed: no end in time.
            ProtocolBroken: a line that our worker would not write: forged, late or oversized.
            EOFError, OSError: the worker is gone.
        """
        if not self._worker.is_quiet():
            raise ProtocolBroken("it spoke without being asked")
        order = secrets.token_hex(8)
        told = {"code": code, "tools": sorted(tools), "fields": list(fields)}
        self._say({"id": order, **told, "output": self._output, "seconds": seconds}, deadline)
        for _ in range(MOST_CALLS):
            message = self._listen(order, deadline)
            if isinstance(message, End):
                return message
            self._say(_answer(message, tools), deadline)
        raise ProtocolBroken(f"more than {MOST_CALLS} calls of tools")

    def close(self) -> None:
        """Hang up."""
        self._worker.close()

    def _say(self, message: Mapping[str, object], deadline: float) -> None:
        self._worker.send(json.dumps(message).encode() + b"\n", deadline)

    def _listen(self, order: str, deadline: float) -> Call | End:
        try:
            line = self._worker.line(deadline, 4 * self._output + 4 * MIB)
        except LineTooLong:
            raise ProtocolBroken("a line without an end") from None
        if line is None:
            raise EOFError
        message = parse(line, of=order)
        if isinstance(message, Call | End):
            return message
        raise ProtocolBroken(f"a message of kind {message.kind!r}")


def _answer(call: Call, tools: Tools) -> dict[str, object]:
    """Call the host's function; whatever it raises is the code's to see."""
    if call.name not in tools:
        return {"call": call.call, "error": f"there is no tool {call.name[:100]!r}"}
    try:
        value = tools[call.name](*call.args, **call.kwargs)
        json.dumps(value)
    except DeadlinePassed:
        raise
    except Exception as error:  # noqa: BLE001 - a tool's failure is an answer, not a failure of the room
        return {"call": call.call, "error": f"{type(error).__name__}: {error}"[:4000]}
    return {"call": call.call, "value": value}
