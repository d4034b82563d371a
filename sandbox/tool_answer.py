"""The host's answer to code in a room that calls one of the host's functions."""

import json

from sandbox.message import Call
from sandbox.room import Tools


def answer_call(call: Call, tools: Tools) -> dict[str, object]:
    """Call the host's function; whatever it raises is the code's to see."""
    if call.name not in tools:
        return {"call": call.call, "error": f"there is no tool {call.name[:100]!r}"}
    try:
        value = tools[call.name](*call.args, **call.kwargs)
        json.dumps(value)
    except Exception as error:  # noqa: BLE001 - a tool's failure is an answer, not a failure of the room
        return {"call": call.call, "error": f"{type(error).__name__}: {error}"[:4000]}
    return {"call": call.call, "value": value}
