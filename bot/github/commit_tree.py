"""CommitTree: a patch as the entries of a new git tree, after checking that it fits the parent exactly."""

import re
import unicodedata
from collections.abc import Mapping

from bot.errors import Refusal
from bot.github.files import Entry, blob_sha
from bot.github.tarball import possible
from bot.words.patch import FileChange, Patch

_FILES = 100
_BYTES = 10 * 1024 * 1024
_BRANCH = re.compile(r"intern/[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def check_branch(branch: str) -> None:
    """Refuse any branch but one of ours.

    Raises:
        Refusal: not `intern/<letters, digits, - and _>`.
    """
    if not _BRANCH.fullmatch(branch):
        raise Refusal("Only a branch named `intern/...` can be written.")


def tree_items(patch: Patch, parent: Mapping[str, Entry]) -> list[dict[str, str | None]]:
    """The changes as GitHub's "create a tree" takes them.

    A file keeps its mode; a new one is 100644. https://docs.github.com/rest/git/trees#create-a-tree

    Args:
        patch: what is to be written.
        parent: the tree of the commit that it is written on.

    Raises:
        Refusal: the patch does not fit the parent, or touches what is no regular file.
    """
    paths = [change.path for change in patch.changes]
    if not paths or len(set(paths)) != len(paths) or len(paths) > _FILES:
        raise Refusal(f"A patch changes 1 to {_FILES} files, each once; this one names {len(paths)}.")
    if sum(len(change.after or "") for change in patch.changes) > _BYTES:
        raise Refusal("This patch is too large to be published.")
    spellings = _spellings(parent)
    for path in paths:
        _check_path(path, parent, spellings)
    return [_item(change, parent.get(change.path)) for change in patch.changes]


def _item(change: FileChange, entry: Entry | None) -> dict[str, str | None]:
    _check_before(change, entry)
    mode = entry.mode if entry else "100644"
    item: dict[str, str | None] = {"path": change.path, "mode": mode, "type": "blob"}
    if change.after is None:
        return item | {"sha": None}
    if not change.after.isascii() and _encoded(change.after) is None:
        raise Refusal(f"The new text of `{change.path}` is not valid Unicode.")
    return item | {"content": change.after}


def _check_before(change: FileChange, entry: Entry | None) -> None:
    """Only what was read may be replaced: the evidence speaks of exactly this text."""
    if entry is not None and not entry.regular:
        raise Refusal(f"`{change.path}` is a symlink or a submodule: neither can be changed.")
    before = None if change.before is None else _encoded(change.before)
    if entry is None and change.before is not None:
        raise Refusal(f"`{change.path}` is no longer there: the branch has moved on.")
    if entry is not None and (before is None or blob_sha(before) != entry.sha):
        raise Refusal(f"`{change.path}` is not what the patch was made from: the branch has moved on.")
    if change.before is None and change.after is None:
        raise Refusal(f"`{change.path}` neither is there nor would be.")


def _check_path(path: str, parent: Mapping[str, Entry], spellings: Mapping[str, str]) -> None:
    if not possible(path) or not path.isprintable() or "\\" in path or len(path) > 1000:
        raise Refusal(f"A patch can't write to the path {path[:100]!a}.")
    for prefix in _prefixes(path):
        if spellings.get(_folded(prefix), prefix) != prefix:
            raise Refusal(f"`{path}` differs from an existing path only in upper and lower case.")
        if prefix != path and prefix in parent:
            raise Refusal(f"`{path}` runs through `{prefix}`, which is no folder.")
    if path not in parent and _folded(path) in spellings:
        raise Refusal(f"`{path}` is a folder.")


def _spellings(parent: Mapping[str, Entry]) -> dict[str, str]:
    """Every path and folder of a tree by its form on a file system that ignores case."""
    return {_folded(prefix): prefix for path in parent for prefix in _prefixes(path)}


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _encoded(text: str) -> bytes | None:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None
