"""Told reasons: why a patch is not proven, without the tests that pytest's own words name already.

A reason lists tests, and the failures tell of the same ones. Whoever goes on reads both, in little room.
"""

import re
from collections.abc import Iterator

from bot.words.evidence import Verdict

#: One offender of a reason: a test or a test file, and mostly in brackets how it went.
OFFENDER = re.compile(r"([^\s,()]+\.py(?:::[^\s,()]+)?)(?: \([^()]*(?:\([^()]*\)[^()]*)*\))?")
BETWEEN, AND_MORE = ", ", re.compile(r" and \d+ more$")
UNREADABLE = re.compile(r"(?P<name>\S+) can't be collected on the patch: ")


def told_against(verdict: Verdict) -> str:
    """What speaks against a patch, each test once: pytest's own words, the reasons, then what the tests did not see.

    Args:
        verdict: of a patch that is not proven.
    """
    heads = tuple(line for line in verdict.failures.splitlines() if ".py" in line)
    parts = [verdict.failures, "\n".join(_untold(verdict.reasons, heads)), "\n".join(verdict.gaps)]
    return "\n\n".join(part for part in parts if part)


def _untold(reasons: tuple[str, ...], heads: tuple[str, ...]) -> Iterator[str]:
    for reason in reasons:
        unreadable = UNREADABLE.match(reason)
        if unreadable and _is_told(unreadable["name"], heads):
            continue
        summary, colon, listed = reason.partition(": ")
        offenders = _offenders(listed.removesuffix(".")) if colon else []
        left = [text for name, text in offenders if not _is_told(name, heads)]
        if not offenders or len(left) == len(offenders):
            yield reason
        else:
            yield f"{summary}: {BETWEEN.join(left)}, and what is told above." if left else f"{summary}, as told above."


def _offenders(listed: str) -> list[tuple[str, str]]:
    """Name and whole text of each; [] where the list is of another form."""
    found, position = [], 0
    while one := OFFENDER.match(listed, position):
        found.append((one[1], one[0]))
        position = one.end()
        rest = listed[position:]
        if not rest or AND_MORE.fullmatch(rest):
            return found if not rest else [*found, ("", rest.removeprefix(" and "))]
        if not rest.startswith(BETWEEN):
            return []
        position += len(BETWEEN)
    return []


def _is_told(name: str, heads: tuple[str, ...]) -> bool:
    """Whether a failure is told under that name."""
    return bool(name) and any(head.startswith((f"{name}: ", f"{name} on the base commit: ")) for head in heads)
