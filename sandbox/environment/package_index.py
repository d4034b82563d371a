"""The package index that this machine uses, as its own pip is told: none is spelled out here."""

import re
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.room import SandboxError

SECONDS = 20
#: Every index has this project; the links of its page tell where the index keeps its files.
KNOWN_PROJECT = "pip"
HREF = re.compile(r'href="(https://[^"#]+)')
LARGEST_PAGE = 8 * 2**20

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class PackageIndex:
    """Where packages come from.

    Attributes:
        urls: pages of the index and of further ones, the first one leads.
        addresses: hosts and ports that must be reached for them, and no others.
        certificates: PEM bundle that vouches for them; b"" for the usual one.
    """

    urls: tuple[str, ...]
    addresses: frozenset[Address]
    certificates: bytes = b""


def find_index(default: str) -> PackageIndex:
    """The configured index, or the default one.

    Args:
        default: what pip uses when nothing is configured, by its own help text.

    Raises:
        SandboxError: the configured index can't be used from a room.
    """
    settings = _pip_settings()
    urls = _urls(settings, default)
    bundle = settings.get("cert") or ssl.get_default_verify_paths().cafile or ""
    certificates = Path(bundle).read_bytes() if bundle and Path(bundle).is_file() else b""
    addresses = {_address(url) for url in urls}
    for url in urls:
        addresses.update(_address(link) for link in _links(url, certificates))
    return PackageIndex(urls, frozenset(addresses), certificates)


def default_of(help_text: str) -> str:
    """The index that `pip install --help` names as its default."""
    found = re.search(r"--index-url.*?\(default\s+(https://\S+?)\)", help_text, re.DOTALL)
    if not found:
        raise SandboxError("pip names no default index: set index-url in pip's configuration")
    return found[1]


def _pip_settings() -> dict[str, str]:
    """What `pip config list` says, see https://pip.pypa.io/en/stable/topics/configuration/."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    pairs = (line.split("=", 1) for line in told.stdout.splitlines() if "=" in line)
    return {name.rpartition(".")[2]: value.strip("'\"") for name, value in pairs}


def _urls(settings: dict[str, str], default: str) -> tuple[str, ...]:
    words = [settings.get("index-url", default), *settings.get("extra-index-url", "").split()]
    # A folder of this machine is not a room's business, and plain http proves nothing.
    urls = tuple(dict.fromkeys(word for word in words if word.startswith("https://")))
    if not urls:
        raise SandboxError("no package index with https:// is configured: set index-url in pip's configuration")
    if any("@" in urlsplit(url).netloc for url in urls):
        raise SandboxError("the package index needs a password, which may not enter a room: use one without")
    return urls


def _address(url: str) -> Address:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 443


def _links(url: str, certificates: bytes) -> Iterable[str]:
    """Links of a project's page; none when there is no such page."""
    context = ssl.create_default_context(cadata=certificates.decode() if certificates else None)
    request = urllib.request.Request(f"{url.rstrip('/')}/{KNOWN_PROJECT}/", headers={"Accept": "text/html"})  # noqa: S310 - https only
    try:
        with urllib.request.urlopen(request, timeout=SECONDS, context=context) as page:  # noqa: S310 - likewise
            return HREF.findall(page.read(LARGEST_PAGE).decode("utf-8", "replace"))
    except (OSError, urllib.error.URLError):
        return []
