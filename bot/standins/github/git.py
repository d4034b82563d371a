"""A real bare git repository, moved by git's plumbing only: no checkout, no hooks, nobody's configuration.

Every SHA that the stand-in gives is therefore git's own. See https://git-scm.com/book/en/v2/Git-Internals-Git-Objects.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ZERO = "0" * 40
FILE, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = "100644", "100755", "120000", "160000", "040000"


class GitError(Exception):
    """Git refused; the message is its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree.

    Attributes:
        mode: git's mode ("100644", "100755", "120000", "160000").
        data: the blob; for a submodule its commit's SHA in ASCII.
    """

    mode: str
    data: bytes


File = bytes | str | Entry


def executable(content: bytes | str) -> Entry:
    """A file that may be run (mode 100755)."""
    return Entry(EXECUTABLE, content.encode() if isinstance(content, str) else content)


def symlink(target: str) -> Entry:
    """A symbolic link (mode 120000)."""
    return Entry(SYMLINK, target.encode())


def submodule(sha: str) -> Entry:
    """A submodule at a commit of another repository (mode 160000)."""
    return Entry(SUBMODULE, sha.encode())


@dataclass(frozen=True, slots=True)
class Object:
    """One entry of a tree as git lists it; `size` is 0 for what is no blob."""

    mode: str
    type: str
    sha: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who and when, as in a commit: `date` in seconds since 1970, UTC."""

    name: str
    email: str
    date: int

    def __str__(self) -> str:
        clean = [re.sub(r"[<>\n\0]", "", text) for text in (self.name, self.email)]
        return f"{clean[0]} <{clean[1]}> {self.date} +0000"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str


class Git:
    """One bare repository in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        nothing = folder.parent
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(nothing),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }
        self.run("init", "--quiet", "--bare", "--initial-branch=main", str(folder))

    def run(self, *arguments: str, data: bytes = b"", index: str = "") -> bytes:
        """What one git command printed.

        Raises:
            GitError: it ended with an error.
        """
        environment = {**self._environment, **({"GIT_INDEX_FILE": index} if index else {})}
        command = ["git", "--git-dir", str(self.folder), "-c", "core.quotepath=false", *arguments]
        try:
            done = subprocess.run(command, input=data, env=environment, capture_output=True, check=False)
        except FileNotFoundError:
            raise GitError("the stand-in for GitHub needs git: install it (apt install git)") from None
        if done.returncode:
            raise GitError(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} failed")
        return done.stdout

    def text(self, *arguments: str, data: bytes = b"") -> str:
        """What one git command printed, as stripped text."""
        return self.run(*arguments, data=data).decode(errors="surrogateescape").strip()

    def resolve(self, name: str, kind: str = "commit") -> str | None:
        """The SHA of a branch, a ref, a commit or (with `kind="tree"`) a tree; None if there is none."""
        # A branch goes before anything else of that name, as on GitHub.
        for candidate in (f"refs/heads/{name}", name):
            try:
                return self.text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{candidate}^{{{kind}}}")
            except GitError:
                continue
        return None

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """SHA by full name of the ref, for every ref whose name begins so."""
        lines = self.text("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        pairs = (line.split(" ") for line in lines)
        return {name: sha for name, sha in pairs if name.startswith(prefix)}

    def set_ref(self, ref: str, sha: str, old: str = "") -> None:
        """Point a ref to a commit; `old` is what it has to be now (`ZERO`: it may not exist)."""
        self.run("update-ref", ref, sha, *([old] if old else []))

    def delete_ref(self, ref: str) -> None:
        """Remove a ref."""
        self.run("update-ref", "-d", ref)

    def well_formed(self, ref: str) -> bool:
        """Whether git accepts this as a ref's full name."""
        try:
            self.run("check-ref-format", ref)
        except GitError:
            return False
        return True

    def blob(self, data: bytes) -> str:
        """Store a blob and give its SHA."""
        return self.text("hash-object", "-w", "--stdin", data=data)

    def type(self, sha: str) -> str | None:
        """The kind of an object: "blob", "tree", "commit" or "tag"; None if there is no such object."""
        if not re.fullmatch(r"[0-9a-f]{40}", sha):
            return None
        try:
            return self.text("cat-file", "-t", sha)
        except GitError:
            return None

    def content(self, sha: str) -> bytes:
        """The bytes of a blob."""
        return self.run("cat-file", "blob", sha)

    def tree(self, base: str | None, changes: Mapping[str, tuple[str, str] | None]) -> str:
        """Store `base` with changes (path to (mode, SHA), None removes) and give the new tree's SHA.

        Raises:
            GitError: a path is malformed, or what is to be removed is not there.
        """
        # Git only warns about such a path and leaves it out; GitHub refuses it.
        if any({"", ".", "..", ".git"} & set(path.lower().split("/")) for path in changes):
            raise GitError("tree.path contains a malformed path component")
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as folder:
            index = str(Path(folder, "index"))
            if base:
                self.run("read-tree", base, index=index)
            known = set(self.run("ls-files", "-z", index=index).decode(errors="surrogateescape").split("\0"))
            if missing := [path for path, change in changes.items() if change is None and path not in known]:
                raise GitError(f"{missing[0]} does not exist")
            lines = [f"{mode} {sha}\t{path}" for path, (mode, sha) in _present(changes)]
            lines += [f"0 {ZERO}\t{path}" for path, change in changes.items() if change is None]
            given = "".join(f"{line}\0" for line in lines).encode(errors="surrogateescape")
            self.run("update-index", "-z", "--add", "--replace", "--index-info", data=given, index=index)
            return self.run("write-tree", index=index).decode().strip()

    def store(self, base: str | None, files: Mapping[str, File | None]) -> str:
        """Like `tree`, from contents."""
        changes: dict[str, tuple[str, str] | None] = {}
        for path, file in files.items():
            entry = file if isinstance(file, Entry) or file is None else _entry(file)
            if entry is None:
                changes[path] = None
            elif entry.mode == SUBMODULE:
                changes[path] = (entry.mode, entry.data.decode())
            else:
                changes[path] = (entry.mode, self.blob(entry.data))
        return self.tree(base, changes)

    def commit(self, tree: str, parents: tuple[str, ...], message: str, author: Signature, committer: Signature) -> str:
        """Store a commit and give its SHA."""
        head = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        head += [f"author {author}", f"committer {committer}"]
        text = "\n".join(head) + "\n\n" + message
        return self.text("hash-object", "-t", "commit", "-w", "--stdin", data=text.encode(errors="surrogateescape"))

    def show(self, sha: str) -> Commit:
        """Read one commit."""
        text = self.run("cat-file", "commit", sha).decode(errors="replace")
        head, _, message = text.partition("\n\n")
        fields: dict[str, list[str]] = {}
        for line in head.split("\n"):
            name, _, value = line.partition(" ")
            fields.setdefault(name, []).append(value)
        author, committer = (_signature(fields[name][0]) for name in ("author", "committer"))
        return Commit(sha, fields["tree"][0], tuple(fields.get("parent", ())), author, committer, message)

    def entries(self, tree: str, *, recursive: bool = False, folders: bool = True) -> list[Object]:
        """What a tree (or a commit's tree) holds."""
        flags = [*(["-r"] if recursive else []), *(["-t"] if recursive and folders else [])]
        listing = self.run("ls-tree", *flags, "-l", "-z", tree).decode(errors="surrogateescape")
        found = []
        for line in listing.split("\0")[:-1]:
            meta, path = line.split("\t", 1)
            mode, kind, sha, size = meta.split()
            found.append(Object(mode, kind, sha, 0 if size == "-" else int(size), path))
        return found

    def read(self, name: str) -> dict[str, Entry]:
        """Every file at a branch, ref or commit by path; of a submodule, its commit's SHA.

        Raises:
            KeyError: there is no such commit.
        """
        sha = self.resolve(name)
        if sha is None:
            raise KeyError(name)
        files = self.entries(sha, recursive=True, folders=False)
        return {
            file.path: Entry(file.mode, self.content(file.sha) if file.type == "blob" else file.sha.encode())
            for file in files
        }

    def log(self, *names: str) -> list[Commit]:
        """Commits, the newest first; names as `git rev-list` takes them ("main..branch")."""
        shas = self.text("rev-list", "--end-of-options", *names).split()
        return [self.show(sha) for sha in shas]

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits."""
        try:
            return self.text("merge-base", one, other).split("\n")[0]
        except GitError:
            return None

    def archive(self, commit: str, prefix: str) -> bytes:
        """A gzipped tar of a commit, every path below the prefix."""
        return self.run("archive", "--format=tar.gz", f"--prefix={prefix}", commit)


def _entry(content: bytes | str) -> Entry:
    return Entry(FILE, content.encode() if isinstance(content, str) else content)


def _present(changes: Mapping[str, tuple[str, str] | None]) -> list[tuple[str, tuple[str, str]]]:
    return [(path, change) for path, change in changes.items() if change is not None]


def _signature(text: str) -> Signature:
    name, email, date = re.fullmatch(r"(.*?) ?<(.*?)> (\d+) .*", text).groups()  # type: ignore[union-attr]
    return Signature(name, email, int(date))
