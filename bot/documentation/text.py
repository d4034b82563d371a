"""The text of a page: HTML by inscriptis, everything else as it is; nothing hidden, nothing that poses as structure.

Inscriptis (with lxml) was chosen by what hostile pages of 1 MiB do to it: about a second and 50 MB at most, where
html2text's licence is the GPL, and markdownify and selectolax took minutes for some.
"""

from email.message import Message

from bot.decisions.admission.pages import PageError
from bot.decisions.canonical import canonical

#: Bytes of a page, and characters of its text that are kept.
LARGEST, LONGEST = 2**20, 60_000
HTML = ("text/html", "application/xhtml+xml")
#: Others would mean to run a codec that a server chose.
CHARSETS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252", "us-ascii": "ascii"}


def text_of(content_type: str, body: bytes) -> str:
    """The text.

    Args:
        content_type: the header's value.
        body: all of the page.

    Raises:
        PageError: it is no text, or too large.
    """
    if len(body) > LARGEST:
        raise PageError(f"The page is larger than {LARGEST >> 20} MiB.")
    header = Message()
    header["Content-Type"] = content_type
    kind = header.get_content_type() if "/" in content_type else ""
    if not kind.startswith("text/") and kind not in HTML:
        raise PageError("The page is no text.")
    charset = str(header.get_param("charset", "utf-8")).lower()
    text = body.decode(CHARSETS.get(charset, "utf-8"), errors="replace")
    return canonical(plain(text) if kind in HTML else text, LONGEST).text.strip()


def plain(html: str) -> str:
    """What a browser would show, as text. Raises PageError."""
    from inscriptis import get_text  # with lxml: only who reads a page should pay for the import

    try:
        text: str = get_text(html)
        return text
    except (ValueError, RecursionError, MemoryError, AssertionError) as problem:
        raise PageError("The page's HTML can't be read.") from problem
