"""Where the drivers differ: what a room of one of them can't promise, or shows in another way, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the table.

    Attributes:
        driver: one of `Arena.kinds`; "" for all.
        attack: "family: name".
        why: for a reader.
        must: what is seen there in place of what the attack says; the attack is held all the same.
        held: whether it is. What is not held must really succeed: a line that is no longer true fails.
    """

    driver: str
    attack: str
    why: str
    must: Mapping[str, str] = field(default_factory=dict)
    held: bool = True


ONE_USER = "all rooms have the same user there, and the kernel counts this by user: a neighbour gets less"
COUNTED_BY_USER = ("instances of inotify", "memory of pipes", "bytes of message queues", "queued signals")

#: Repository code runs in pytest's own process: the known limit that `run_pytest` documents. What guards against it
#: stands elsewhere: such files are not taken from a patch, and the results of the unchanged code are compared.
IN_PYTEST = "the code runs in pytest's own process and may change pytest itself: a report is evidence, but no proof"
IN_PYTEST_TRICKS = ("another test", "another call", "pytest itself changed", "the reporter found in memory")

DIFFERENCES: tuple[Difference, ...] = (
    *(Difference("", f"suites: {name}", IN_PYTEST, held=False) for name in IN_PYTEST_TRICKS),
    *(
        Difference("bubblewrap with one user for all rooms", f"fairness: all {what}", ONE_USER, held=False)
        for what in COUNTED_BY_USER
    ),
    *(
        Difference(
            "bubblewrap",
            f"bombs: {name}",
            "our program is the room's first process there, which the kernel protects from signals",
            {"outcome": "finished", "control: begins": "worked"},
        )
        for name in ("the end of everything", "everything stopped")
    ),
    Difference(
        "bubblewrap",
        "neighbours: locks on what all rooms share",
        "rooms see the very same files there, and a lock is the file's; nothing of ours waits for one",
        held=False,
    ),
)


def difference(kinds: Collection[str], attack: str) -> Difference | None:
    """The line for a driver, by what it is called, and an attack."""
    return next((one for one in DIFFERENCES if one.driver in ("", *kinds) and one.attack == attack), None)
