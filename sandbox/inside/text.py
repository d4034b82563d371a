"""Text: what a stream said, within a limit. Runs inside the room."""

import binascii

#: How many times the kept amount a stream may carry before its writer is stopped.
FLOOD = 64


class Text:
    """What a stream said: its first and last `limit / 2` bytes."""

    def __init__(self, limit: int) -> None:
        self.half = limit // 2
        self.head = bytearray()
        self.tail = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        """Append; the middle is forgotten."""
        self.total += len(data)
        room = self.half - len(self.head)
        self.head += data[:room]
        self.tail += data[room:] if room > 0 else data
        del self.tail[: max(0, len(self.tail) - self.half)]

    def encoded(self) -> str:
        """All that was kept, in base64."""
        lost = self.total - len(self.head) - len(self.tail)
        mark = b"\n[... %d bytes left out ...]\n" % lost if lost else b""
        return binascii.b2a_base64(bytes(self.head) + mark + bytes(self.tail), newline=False).decode()
