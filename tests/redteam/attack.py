"""An attack: what code tries against a room, and what must be seen if the room holds.

Nothing counts as held because it did not happen. Code says step by step what it saw; a step that is missing, or
that broke for a reason of its own, is as bad as one that worked. Beside what must be refused stand controls:
steps of the same technique that must work, in the room or outside of it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.room import Limits

#: What was seen, by name: a step of the code's, or something that the host saw ("outcome", "left behind", ...).
Seen = dict[str, str]
Must = Mapping[str, str]
Perform = Callable[[Any, "Attack"], Seen]  # of an Arena; None where no driver is needed

WORKED = "worked .*"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    Attributes:
        name: short, unique in its family.
        tries: what is tried, in one sentence.
        code: Python for the room, after `steps.PRELUDE`; "" when only the host acts.
        must: what must be seen, each a pattern of the whole text.
        perform: does it.
        outside: steps that must be seen when root runs the same code on the host: the control of what is
            refused inside. Empty where that would do harm.
        limits: of a room of its own; the arena's when None.
        seconds: of one execution.
        program: whether the code runs as a program of its own, not in the room's interpreter.
    """

    name: str
    tries: str
    code: str
    must: Must
    perform: Perform
    outside: Must = field(default_factory=dict)
    limits: Limits | None = None
    seconds: float = 20.0
    program: bool = False


def each(names: str, pattern: str) -> dict[str, str]:
    """The same pattern for every one of these names, which are separated by semicolons."""
    return {name.strip(): pattern for name in names.split(";")}


def sections(text: str) -> list[tuple[str, str, str]]:
    """Name, sentence and code of each part of a text; "# name: Sentence." begins one."""
    parts = re.split(r"^# (.+?): (.+)$", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


#: What must be seen of every attack that tells it at all.
ALWAYS: Must = {"afterwards": "alive", "left behind": "nothing", "in time": "yes"}
#: What may be seen without being asked for.
INCIDENTAL = frozenset({"error", "outcome", "stdout", "stderr"})


def complaints(must: Must, seen: Seen) -> list[str]:
    """Why the room did not hold; nothing when it did."""
    wanted = {"outcome": "finished", **{name: text for name, text in ALWAYS.items() if name in seen}, **must}
    found = [
        f"{name!r} was not tried" if name not in seen else f"{name!r}: {seen[name]} (expected: {pattern})"
        for name, pattern in wanted.items()
        if name in must or name in seen
        if name not in seen or not re.fullmatch(pattern, seen[name], re.DOTALL)
    ]
    strange = {name for name in seen.keys() - wanted.keys() - INCIDENTAL if not name.startswith("control: ")}
    found += [f"{name!r} was not expected: {seen[name]}" for name in sorted(strange)]
    if found and seen.get("error"):
        found.append(f"error: {seen['error'][:300]}")
    return found
