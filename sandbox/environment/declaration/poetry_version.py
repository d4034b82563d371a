"""Poetry's version constraints as PEP 440 specifiers: https://python-poetry.org/docs/dependency-specification/."""

import re

from packaging.version import Version

TERM = re.compile(r"(\^|~=|~|===|==|=|!=|>=|<=|>|<)?\s*v?([0-9][0-9A-Za-z.+!_-]*|\*)(\.\*)?")
BETWEEN = re.compile(r"\s*,\s*|(?<=[0-9A-Za-z*])\s+(?=[\^~=!<>])")
LONGEST = 200


def to_specifier(constraint: str) -> str:
    """What a constraint means, "" for any version.

    Of alternatives ("^1.0 || ^2.0") the last one counts: a specifier can't say "or".

    Raises:
        ValueError: it is no constraint.
    """
    if len(constraint) > LONGEST:
        raise ValueError("too long")
    last = re.split(r"\|\|?", constraint)[-1].strip()
    return ",".join(part for part in (_term(term) for term in BETWEEN.split(last) if term) if part)


def _term(words: str) -> str:
    match = TERM.fullmatch(words.strip())
    if match is None:
        raise ValueError(f"{words[:60]!r} is no version constraint")
    sign, version, any_below = match[1] or "", match[2], match[3]
    if version == "*":
        return ""
    if any_below or version.endswith(".*"):
        return f"{'!=' if sign == '!=' else '=='}{version.removesuffix('.*')}.*"
    if sign in ("^", "~"):
        return f">={version},<{_next(Version(version), sign)}"
    return f"{sign if sign not in ('', '=') else '=='}{version}"


def _next(version: Version, sign: str) -> str:
    """The first version that a caret or a tilde leaves out."""
    release = list(version.release)
    if sign == "~":
        place = min(1, len(release) - 1)
    else:
        place = next((index for index, number in enumerate(release) if number), len(release) - 1)
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(str(number) for number in [*release[:place], release[place] + 1])
