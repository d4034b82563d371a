"""Justify lines with spaces."""


def justify(line: str, width: int) -> str:
    """A line with its gaps widened to a width, the ones on the right first."""
    words = line.split()
    gaps = len(words) - 1
    missing = width - sum(map(len, words))
    if gaps < 1 or missing < gaps:
        return " ".join(words)
    each, more = divmod(missing, gaps)
    spaces = [" " * (each + (place >= gaps - more)) for place in range(gaps)]
    return "".join(word + space for word, space in zip(words, [*spaces, ""]))
