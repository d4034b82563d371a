"""Pages of a package index: what a project's page says, in either of its two forms, as data.

https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

JSON = "application/vnd.pypi.simple.v1+json"
ACCEPT = f"{JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
SOURCES = (".tar.gz", ".zip", ".tar.bz2")
MOST_FILES = 50_000
#: Wheels for systems that no room is: on a large page four of five, and each one costs time.
ELSEWHERE = re.compile(
    r"-(?:win|macosx|musllinux|android|ios|emscripten|wasm|pyodide|linux_arm|manylinux\w*_(?:i686|ppc|s390|arm))"
)
HASH = re.compile(r"[0-9a-f]{32,128}")


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of a project.

    Attributes:
        name: the file's name.
        url: its full address.
        hashes: hexadecimal digests by algorithm.
        python: "requires-python", "" when unsaid.
        yanked: whether its owner took it back.
        metadata: whether the address with ".metadata" behind it has the metadata alone.
    """

    name: str
    url: str
    hashes: tuple[tuple[str, str], ...] = ()
    python: str = ""
    yanked: bool = False
    metadata: bool = False

    @property
    def is_source(self) -> bool:
        """Whether this is a source distribution."""
        return self.name.endswith(SOURCES)

    @property
    def sha256(self) -> str:
        """Its digest, "" when the index gives none."""
        return dict(self.hashes).get("sha256", "")


def normal(name: str) -> str:
    """A project's name as an index spells it: https://packaging.python.org/en/latest/specifications/name-normalization/."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_page(body: bytes, kind: str, url: str) -> tuple[PageFile, ...]:
    """Wheels and source distributions of a project's page.

    Args:
        body: the page.
        kind: its content type.
        url: where it really came from; links are relative to it.

    Raises:
        ValueError: it is no such page.
    """
    return tuple(_from_json(body, url) if "json" in kind else _from_html(body.decode("utf-8", "replace"), url))


def write_page(name: str, files: Iterable[PageFile], address: Callable[[PageFile], str]) -> bytes:
    """The page of a project in JSON, its links replaced."""
    told = [
        {
            "filename": one.name,
            "url": address(one),
            "hashes": dict(one.hashes),
            "yanked": one.yanked,
            "core-metadata": one.metadata,
            **({"requires-python": one.python} if one.python else {}),
        }
        for one in files
    ]
    return json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": told}).encode()


def _from_json(body: bytes, url: str) -> list[PageFile]:
    page = json.loads(body)
    listed = page.get("files") if isinstance(page, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no list of files")  # noqa: TRY004 - the text is wrong, not the caller
    usable = [one for one in listed if isinstance(one, dict) and _is_usable(str(one.get("filename", "")))]
    return [_json_file(one, url) for one in usable[:MOST_FILES]]


def _is_usable(name: str) -> bool:
    """Whether this is a wheel or source distribution that a room could have."""
    return name.endswith((".whl", *SOURCES)) and "/" not in name and not ELSEWHERE.search(name)


def _json_file(one: dict[str, Any], url: str) -> PageFile:
    hashes, link = one.get("hashes"), str(one.get("url", ""))
    return PageFile(
        name=str(one.get("filename", "")),
        url=link if link.startswith("https://") else urljoin(url, link),
        hashes=_hashes(hashes.items() if isinstance(hashes, dict) else ()),
        python=str(one.get("requires-python") or ""),
        yanked=bool(one.get("yanked")),
        metadata=bool(one.get("core-metadata") or one.get("dist-info-metadata") or one.get("data-dist-info-metadata")),
    )


def _hashes(pairs: Iterable[tuple[object, object]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(how), str(digest)) for how, digest in pairs if HASH.fullmatch(str(digest)))


class _Anchors(HTMLParser):
    """Collects the links of a page, and its base."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One opening tag."""
        told = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.base = self.base or told.get("href", "")
        if tag == "a" and told.get("href"):
            self.found.append(told)


def _from_html(text: str, url: str) -> list[PageFile]:
    anchors = _Anchors()
    anchors.feed(text)
    base = urljoin(url, anchors.base) if anchors.base else url
    files = (_html_file(told, base) for told in anchors.found)
    return [file for file in files if _is_usable(file.name)][:MOST_FILES]


def _html_file(told: dict[str, str], base: str) -> PageFile:
    plain, fragment = urldefrag(urljoin(base, told["href"]))
    how, _, digest = fragment.partition("=")
    return PageFile(
        name=unquote(urlsplit(plain).path.rpartition("/")[2]),
        url=plain,
        hashes=_hashes([(how, digest)]),
        python=told.get("data-requires-python", ""),
        yanked="data-yanked" in told,
        metadata=told.get("data-core-metadata", told.get("data-dist-info-metadata", "false")) != "false",
    )
