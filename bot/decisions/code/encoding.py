"""Encoding: what a Python file says of its own bytes, and whether text can be written into it."""

import re
from itertools import islice

#: https://peps.python.org/pep-0263/ and, for what may stand above it, `tokenize.detect_encoding`.
COOKIE = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
BLANK = re.compile(r"[ \t\f]*(?:#.*)?", re.ASCII)

#: A byte order mark, as it stands in text that was decoded as UTF-8.
BOM = "\ufeff"

#: Every ASCII character, and what some codecs read as an escape.
PROBE = "".join(map(chr, range(128))) + "\\u0041\\x41&#65;+AEE-\x1b$B!!\x1b(B"

#: What Python takes for the end of a line before it looks for a declaration: a lone carriage return, too.
LINE_END = re.compile(r"\r\n|\r|\n")


def declared_encoding(text: str) -> str:
    """The encoding that a Python source declares in its first two lines; "" when it is UTF-8, or declares none."""
    above, *below = _first_lines(text.removeprefix(BOM))
    for part in (above, *below) if BLANK.fullmatch(above) else (above,):
        found = COOKIE.match(part)
        if found:
            name = found[1].lower().replace("_", "-")
            return "" if name in ("utf-8", "utf8", "u8") or name.startswith("utf-8-") else found[1][:40]
    return ""


def _first_lines(text: str) -> list[str]:
    """The first two lines, however long they are, without their ends."""
    lines, start = [], 0
    for end in islice(LINE_END.finditer(text), 2):
        lines.append(text[start : end.start()])
        start = end.end()
    return lines if len(lines) == 2 else [*lines, text[start:]]


def keeps_ascii(encoding: str) -> bool:
    """Whether text of plain ASCII has the same bytes in an encoding as in UTF-8. False for one that nobody knows."""
    try:
        return PROBE.encode(encoding) == PROBE.encode("ascii") and PROBE.encode("ascii").decode(encoding) == PROBE
    except (LookupError, UnicodeError, ValueError):
        return False


def encoding_trouble(text: str) -> str:
    """Why this text can't be a Python file whose bytes are UTF-8, in a sentence; "" when it can.

    A file that declares another encoding is read in it by Python. It can be written as UTF-8 all the same while it
    is plain ASCII, which most encodings share.
    """
    encoding = declared_encoding(text)
    if not encoding:
        return ""
    if not keeps_ascii(encoding):
        return f"The file declares the encoding `{encoding}`; only UTF-8 and what shares ASCII with it can be written."
    sign = next((sign for sign in text.removeprefix(BOM) if not sign.isascii()), "")
    if not sign:
        return ""
    line = text[: text.index(sign)].count("\n") + 1
    escape = sign.encode("unicode_escape", "surrogatepass").decode()
    return (
        f"The file declares the encoding `{encoding}`, so it must stay plain ASCII: line {line} has a character that "
        f"is none. In a string, write it as the escape `{escape}`."
    )
