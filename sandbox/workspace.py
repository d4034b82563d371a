"""A room's workspace, from outside: files in, files out, by orders to the agent inside."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain

from sandbox.conversation import Conversation
from sandbox.files import File, Tree
from sandbox.message import Data, End, Gone, unexpected
from sandbox.room import MIB, Limits, SandboxError
from sandbox.tar import check_fits, check_path, most_bytes, pack, packed_size, unpack

FILES_SECONDS = 60.0
MOVING = "moving files"


class Workspace:
    """The files that were put into one room, and the way to all of them.

    Args:
        talk: with the room's agent.
        alive: gives an order's deadline, by its seconds and what it does, and ends the room when it is missed.
    """

    def __init__(self, talk: Conversation, alive: Callable[[float, str], AbstractContextManager[float]]) -> None:
        self._talk, self._alive = talk, alive
        self._known: dict[str, File] = {}

    def put(self, files: Tree, limits: Limits) -> None:
        """Write files, making directories. Raises SandboxError: they don't fit."""
        if not files:
            return
        check_fits(files, limits)
        end = self._do("put", blob=pack(files), bytes=packed_size(files))
        if end.code != 0:
            size = f"{limits.workspace // MIB} MiB and {limits.inodes} files"
            raise SandboxError(f"the files don't fit into the workspace beside what is there: it holds {size}")
        self._known.update(files)

    def remove(self, paths: Sequence[str]) -> None:
        """Delete files; missing ones are no error."""
        self._do("remove", paths=[check_path(path) for path in paths])

    def read(self, path: str, limit: int) -> bytes | None:
        """One file, at most `limit` bytes; None when there is none."""
        found = bytearray()
        end = self._do("read", on_data=found.extend, path=check_path(path), limit=limit)
        return None if end.error else bytes(found[:limit])

    def collect(self, limits: Limits) -> Tree:
        """All files as data. Raises SandboxError: there are hostile entries.

        Only what is not, by its hash, as it was put in travels; the rest is taken from what the host has.
        """
        stayed = dict(self._known)
        known = json.dumps({path: file.signature for path, file in stayed.items()}).encode()
        with self._alive(FILES_SECONDS, MOVING) as deadline:
            size, count = limits.workspace, limits.inodes
            most = most_bytes(size, count)
            self._talk.begin("collect", deadline, [known], bytes=len(known), most=most)
            codes: list[int | None] = []
            pieces = self._archive(stayed, deadline, codes)
            first = next(pieces, b"")
            try:
                archive = chain([first], pieces)
                changed = unpack(archive, size=size, count=count, beside=stayed) if first else {}
            finally:
                deque(pieces, maxlen=0)  # to the end of the order, so that the room can be used on
            if codes != [0]:
                raise SandboxError("refused workspace: not everything in it can be read")
        return {**stayed, **changed}

    def _archive(self, stayed: dict[str, File], deadline: float, codes: list[int | None]) -> Iterator[bytes]:
        """The archive's bytes; then tar's exit code is in `codes`.

        Before the first of them, what is not as it was put in leaves `stayed`.
        """
        while not isinstance(answer := self._talk.listen(deadline), End):
            if isinstance(answer, Gone):
                for path in answer.paths:
                    stayed.pop(path, None)
            elif isinstance(answer, Data):
                yield self._talk.data(answer.bytes, deadline)
            else:
                raise unexpected(answer)
        codes.append(answer.code)

    def _do(
        self,
        do: str,
        *,
        blob: Iterable[bytes] = (),
        on_data: Callable[[bytes], None] | None = None,
        **fields: object,
    ) -> End:
        """One order that runs nothing of the code's. One that does not end kills the room."""
        with self._alive(FILES_SECONDS, MOVING) as deadline:
            self._talk.begin(do, deadline, blob, **fields)
            while not isinstance(answer := self._talk.listen(deadline), End):
                if not isinstance(answer, Data) or on_data is None:
                    raise unexpected(answer)
                on_data(self._talk.data(answer.bytes, deadline))
            return answer
