"""Files: a repository's commits and trees, read as data."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from bot.errors import GitHubError, Refusal
from bot.github.access import Access, understood
from bot.github.errors import Conflict, NotFound
from bot.github.tarball import TarCaps, possible, read_tarball
from bot.github.transport import Caps, TooLarge
from bot.github.values import Details
from bot.words.job import Repository
from bot.words.snapshot import Snapshot
from sandbox.files import File

_TARBALL = Caps(size=200 * 1024 * 1024, seconds=600.0)
_BLOBS = 200
_LARGEST = TarCaps().each
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a git tree: mode ("100644", "100755", "120000" symlink, "160000" submodule), SHA, bytes."""

    mode: str
    sha: str
    size: int = 0

    @property
    def regular(self) -> bool:
        """Whether it is a file: no symlink, no submodule."""
        return self.mode in {"100644", "100755"}


class Files(Access):
    """What lies in a repository."""

    def details(self) -> Details:
        """The repository as it is called and set up now; found by its old name when it was renamed.

        Raises:
            NotFound: deleted, or another repository stands under its name now.
        """
        found = understood(lambda d: _details(d, self.repository.installation), self._get(""))
        if found.repository.id != self.repository.id:
            raise NotFound(f"{self.repository.full_name} is another repository now.")
        return found

    def branch_head(self, branch: str) -> str:
        """SHA of a branch's newest commit. https://docs.github.com/rest/git/refs#get-a-reference .

        Raises:
            Refusal: the repository is empty.
            NotFound: there is no such branch.
        """
        try:
            answer = self._get("/git/ref/heads{/branch*}", branch=branch.split("/"))
        except Conflict:
            raise Refusal("This repository is empty: push a first commit to it, then put the label on again.") from None
        return understood(lambda d: str(d["object"]["sha"]), answer)

    def branches(self, stem: str) -> list[str]:
        """Names of the branches called `stem` or `stem-...`: "intern/issue-1" is not "intern/issue-12".

        https://docs.github.com/rest/git/refs#list-matching-references
        """
        found = self._all("/git/matching-refs/heads{/stem*}", stem=stem.split("/"))
        names = understood(lambda refs: [str(ref["ref"]).removeprefix("refs/heads/") for ref in refs], found)
        return sorted(name for name in names if name == stem or name.startswith(f"{stem}-"))

    def file(self, path: str) -> bytes | None:
        """One file of the default branch, up to a megabyte; None when there is none.

        https://docs.github.com/rest/repos/contents#get-repository-content

        Raises:
            Refusal: it is larger, or no file.
        """
        try:
            answer = self._get("/contents{/parts*}", parts=path.split("/"))
        except NotFound:
            return None
        if not isinstance(answer, dict) or answer.get("type") != "file" or answer.get("encoding") != "base64":
            raise Refusal(f"`{path}` is not a plain file of at most 1 MB.")
        return understood(lambda d: base64.b64decode(d["content"]), answer)

    def snapshot(self, sha: str) -> Snapshot:
        """The files of a commit, exactly as git has them.

        GitHub's archive obeys the repository's `.gitattributes`: files can be missing (`export-ignore`) or
        changed (`export-subst`). So each is compared with the commit's tree, and what differs is read again.

        Raises:
            Refusal: the repository is too large, or holds impossible paths.
        """
        try:
            archive = read_tarball(self._download("/tarball/{sha}", _TARBALL, sha=sha))
        except TooLarge:
            raise Refusal("This repository is too large to be worked on: its archive is over 200 MiB.") from None
        entries = self.listing(self.tree_sha(sha))
        wanted = {path: e for path, e in entries.items() if e.regular and e.size <= _LARGEST and _named(path)}
        files, unread = self._exact(archive, wanted)
        return Snapshot(sha, files, _notes(entries, unread))

    def tree_sha(self, commit: str) -> str:
        """SHA of a commit's tree. https://docs.github.com/rest/git/commits#get-a-commit-object ."""
        return understood(lambda d: str(d["tree"]["sha"]), self._get("/git/commits/{sha}", sha=commit))

    def listing(self, tree: str) -> dict[str, Entry]:
        """A whole tree by path, without folders. https://docs.github.com/rest/git/trees#get-a-tree .

        Raises:
            Refusal: GitHub cuts the list (over 100,000 entries).
        """
        answer = self._get("/git/trees/{tree}{?recursive}", tree=tree, recursive=1)
        if understood(lambda d: bool(d["truncated"]), answer):
            raise Refusal("This repository is too large to be worked on: GitHub does not list all of its files.")
        return understood(_entries, answer)

    def _exact(self, archive: dict[str, File], wanted: dict[str, Entry]) -> tuple[dict[str, File], int]:
        """The files as git has them, and how many could not be read."""
        files: dict[str, File] = {}
        differing: list[str] = []
        for path, entry in wanted.items():
            file = archive.get(path)
            if file is not None and blob_sha(file.data) == entry.sha:
                files[path] = File(file.data, executable=entry.mode == "100755")
            else:
                differing.append(path)
        for path in differing[:_BLOBS]:
            files[path] = self._blob(wanted[path])
        return files, len(differing[_BLOBS:])

    def _blob(self, entry: Entry) -> File:
        answer = self._get("/git/blobs/{sha}", sha=entry.sha)
        data = understood(lambda d: base64.b64decode(d["content"]), answer)
        if blob_sha(data) != entry.sha:
            raise GitHubError("GitHub's answer for a file is not that file. Try again.")
        return File(data, executable=entry.mode == "100755")


def blob_sha(data: bytes) -> str:
    """The SHA-1 that git gives to a file with this content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _details(data: Any, installation: int) -> Details:
    repository = Repository(
        id=data["id"],
        owner=data["owner"]["login"],
        name=data["name"],
        default_branch=data["default_branch"],
        installation=installation,
        private=data["private"],
    )
    flags = {name: bool(data.get(name)) for name in ("archived", "disabled", "fork")}
    return Details(repository=repository, size=data.get("size") or 0, **flags)


def _entries(data: Any) -> dict[str, Entry]:
    return {
        item["path"]: Entry(item["mode"], item["sha"], item.get("size") or 0)
        for item in data["tree"]
        if item["type"] != "tree"
    }


def _named(path: str) -> bool:
    """Whether the path can be shown and used: printable and, in GitHub's JSON, still itself."""
    return path.isprintable() and "\ufffd" not in path and possible(path)


def _notes(entries: dict[str, Entry], unread: int) -> tuple[str, ...]:
    """What the snapshot leaves out, each in a few words."""
    large = [p for p, e in entries.items() if e.regular and e.size > _LARGEST and _named(p)]
    counted = {
        "symlink": sum(entry.mode == "120000" for entry in entries.values()),
        "submodule": sum(entry.mode == "160000" for entry in entries.values()),
        "file with an unprintable name": sum(not _named(path) for path in entries),
        "file over 5 MiB": max(len(large) - _NAMED, 0),
        "file that GitHub leaves out of its archives": unread,
    }
    notes = [f"{path}: over 5 MiB" for path in large[:_NAMED]]
    return tuple(notes + [_count(number, thing) for thing, number in counted.items() if number])


def _count(number: int, thing: str) -> str:
    first, _, rest = thing.partition(" ")
    return f"{number} {first}{'s' if number > 1 else ''} {rest}".rstrip()
