"""Looks: what the health of a process that does jobs is made of."""

from collections.abc import Callable, Mapping

from bot.engine.disks import Disks
from bot.engine.durable import DurableEngine
from bot.engine.queue_lengths import queue_lengths
from bot.server.health import Health, Look, Part
from sandbox.room import MIB

#: Seconds without a sign of life of this process after which its database can't be written.
UNWRITTEN = 10.0
NOT_WRITTEN = (
    "It can be read, and nothing could be written for {seconds:.0f} seconds. See whether its disk is full, it was made "
    "read-only, or its synchronous standby is away."
)


def health_of(engine: DurableEngine, waiting: Callable[[], int], disks: Disks, others: Mapping[str, Look]) -> Health:
    """The health of a service.

    Args:
        engine: asked whether the database answers, and for the lengths of its queues.
        waiting: how many stored deliveries nobody has looked at yet.
        disks: where it writes.
        others: further looks, by name ("sandbox").
    """

    def database() -> Part:
        engine.outcome("none")
        if (seconds := engine.unwritten()) > UNWRITTEN:
            return Part(ok=False, needed=True, told={"why": NOT_WRITTEN.format(seconds=seconds)})
        return Part(needed=True)

    def queues() -> Part:
        return Part(told={"deliveries": {"unread": waiting()}, **queue_lengths()})

    looks = {"database": database, "disk": lambda: look_at_disks(disks), "queues": queues, **others}
    return Health(looks, needed=frozenset({"database"}))


def look_at_disks(disks: Disks) -> Part:
    """How full the disks are; needed only where really nothing is left."""
    trouble = disks.trouble()
    told = {"free_mib": {name: free // MIB for name, free in disks.free().items()}}
    return Part(ok=not trouble, needed=disks.full(), told={**told, **({"why": trouble} if trouble else {})})
