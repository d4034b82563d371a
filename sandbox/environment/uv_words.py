"""uv's words: why an installation failed, cut to what matters."""

import re
from collections.abc import Collection

LONGEST = 600

#: https://docs.astral.sh/uv/pip/compatibility/: it names what has source distributions only.
NO_WHEEL = re.compile(r"Wheels are required for `([A-Za-z0-9._-]+)`")
#: Sentences that only repeat, and frames around sentences.
NOISE = (
    (re.compile(r",? we can conclude that .*?(?:are unsatisfiable|cannot be used)", re.DOTALL), ""),
    (re.compile(r"^(?:error|cause): ?", re.MULTILINE), ""),
    (re.compile(r"No solution found when resolving dependencies:?\s*"), ""),
    (re.compile(r"https?://127\.0\.0\.1:\d+/(?:index|file)/\d+/"), "the package index: "),
    (re.compile(r"\(i\.e\., with `--no-build`\)"), ""),
    (re.compile(r"\bBecause (?=\S)"), ""),
    (re.compile(r"^And because ", re.MULTILINE), ""),
)


def without_wheels(said: str) -> list[str]:
    """The projects that have no usable wheel but source distributions, as uv names them."""
    return list(dict.fromkeys(NO_WHEEL.findall(said)))


def pinned_version(said: str, name: str) -> str:
    """The one version of a project that uv speaks of having no wheels; "" when it speaks of several or none."""
    found = set(re.findall(rf"(?<![\w.-]){re.escape(name)}==([A-Za-z0-9.!+_-]+) has no usable wheels", said))
    return found.pop() if len(found) == 1 else ""


def shorten(said: str, troubles: Collection[str] = ()) -> str:
    """One line for a reader.

    Args:
        said: what uv wrote to stderr.
        troubles: why the index could not be asked, when it could not; uv knows only that it could not.
    """
    if troubles:
        return "; ".join(dict.fromkeys(troubles))[:LONGEST]
    reasons = [part for part in re.split(r"\n\s*\n(?=hint:)", said.strip()) if not part.startswith("hint:")]
    text = "\n".join(line.strip() for line in "\n".join(reasons).splitlines())
    for pattern, place in NOISE:
        text = pattern.sub(place, text)
    lacking = without_wheels(said)
    text = " ".join(text.split()).strip(" .") or "it failed"
    if lacking:
        text = f"no wheels for {', '.join(lacking)}: {text}"
    return text if len(text) <= LONGEST else text[: LONGEST - 5] + "[...]"
