"""The address of a model: what is kept of a job may be shown to others, who need not know where a model answers."""

import re
from urllib.parse import urlsplit

HIDDEN = "***"


def without_address(text: str, url: str) -> str:
    """The text without the host of a URL, and without the port after it.

    Args:
        text: of an error.
        url: of the model's server; "" for its default, which everybody knows.
    """
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return text
    if not host:
        return text
    return re.sub(rf"(?<![\w.-])\[?{re.escape(host)}\]?(:\d+)?(?![\w-])", HIDDEN, text, flags=re.IGNORECASE)
