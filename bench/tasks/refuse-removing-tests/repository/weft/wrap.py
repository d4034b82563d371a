"""Wrap paragraphs."""

from weft.hyphen import Hyphenator


def wrap(text: str, width: int, hyphenator: Hyphenator | None = None) -> list[str]:
    """The lines of a paragraph.

    Args:
        text: any white space separates words.
        width: of a line, at least 2.
        hyphenator: divides words; without one they stay whole, and too long ones stick out.
    """
    if width < 2:
        raise ValueError("a line has at least two signs")
    lines: list[str] = []
    line = ""
    for word in text.split():
        gap = f"{line} " if line else ""
        if len(gap + word) <= width:
            line = gap + word
            continue
        head = _head(word, width - len(gap) - 1, hyphenator)
        if head:
            lines.append(f"{gap}{head}-")
            line = word[len(head) :]
        else:
            lines += [line] if line else []
            line = word
    return [*lines, line] if line else lines


def _head(word: str, room: int, hyphenator: Hyphenator | None) -> str:
    places = hyphenator.places(word) if hyphenator else []
    return word[: max((place for place in places if place <= room), default=0)]
