"""The scene: what one room finds around itself."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.bubblewrap.command import Mount
from sandbox.bubblewrap.root import Root


@dataclass(frozen=True, slots=True)
class Scene:
    """A root and what else is mounted there.

    Attributes:
        root: the root.
        mounts: beside the root's own.
        leave: called at the room's end.
    """

    root: Root
    mounts: tuple[Mount, ...] = ()
    leave: Callable[[], None] = lambda: None

    def admit(self, user: int | None) -> None:
        """Give the room's user what it may write, and the way to sockets. Raises OSError."""
        if user is None:
            return
        for mount in self.mounts:
            if mount.writable:
                os.chown(mount.source, user, user)
            elif mount.source.is_socket():
                # The folder around it stays closed to everybody else.
                os.chown(mount.source.parent, -1, user)
                mount.source.parent.chmod(0o710)
