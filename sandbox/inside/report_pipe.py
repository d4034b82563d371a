"""The report pipe: lines about a run, written at once. Runs inside the room.

Each line carries the run's nonce and its number, so that a lost line and one from somebody who merely found the
pipe are noticed. What writes a line stands in a closure and is bound here: a test that replaces `os.write` or
`json.dumps` changes nothing. Code in the same process that searches closures or the heap does find it: that is a
known limit.
"""

import fcntl
import os
from collections.abc import Callable
from json.encoder import encode_basestring_ascii
from typing import Any

#: The pipe moves to a descriptor from here on, where a program that closes what it did not open seldom comes.
HIGH = 512

Tell = Callable[..., None]


def open_report(descriptor: int, nonce: str) -> Tell:
    """What writes one line into the report pipe: `tell(kind, **fields)`."""
    descriptor = out_of_the_way(descriptor)
    write, getpid = os.write, os.getpid
    pid, number, head = getpid(), 0, f'{{"nonce": {quoted(nonce)}, "number": '

    def tell(kind: str, **fields: Any) -> None:
        """Write one line at once, so that nothing stays behind when the process dies."""
        nonlocal number
        # A child that a test forked and forgot goes on as pytest, but not as this run.
        if getpid() != pid:
            return
        number += 1
        rest = "".join([f", {quoted(name)}: {encoded(value)}" for name, value in fields.items()])
        data = f'{head}{number}, "kind": "{kind}"{rest}}}\n'.encode()
        while data:  # a signal may cut a write short
            data = data[write(descriptor, data) :]

    return tell


def out_of_the_way(descriptor: int) -> int:
    """The same pipe at a high number, closed to programs that are started."""
    try:
        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, HIGH)
    except OSError:  # fewer descriptors are allowed
        os.set_inheritable(descriptor, False)
        return descriptor
    os.close(descriptor)
    return high


def encoded(value: Any) -> str:
    """JSON of plain data, without the `json` module's own functions, which a test may have replaced."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join([encoded(one) for one in value])}]"
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    """A JSON string; half a surrogate pair, which no JSON can hold, becomes its escape."""
    return encode_basestring_ascii(text if text.isascii() else text.encode("utf-8", "backslashreplace").decode())
