"""The form of every answer of a tool: short, whole lines, and honest about what was left out."""

LONGEST = 3000


def cut(text: str, limit: int = LONGEST) -> str:
    """The text, or its first whole lines and a last line that tells how much is missing."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 40]
    kept = kept[: kept.rfind("\n")] if "\n" in kept else kept
    return f"{kept}\n... {len(text) - len(kept)} more characters"


def cut_middle(text: str, limit: int) -> str:
    """The text, or its beginning and its end: failures start with the test and end with the reason."""
    if len(text) <= limit:
        return text
    half = max(1, (limit - 40) // 2)
    return f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"


def text_of(data: bytes) -> str | None:
    """A file's text; None for a binary file."""
    if b"\0" in data[:8000]:
        return None
    return data.decode("utf-8", errors="replace")
