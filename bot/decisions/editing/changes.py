"""Changes: between two trees, as a patch laid over a tree, and as a diff that `git apply` takes."""

import difflib
from collections.abc import Callable, Iterator

from bot.decisions.editing.edits import EditError
from bot.words.patch import FileChange, Patch
from sandbox.files import File, Tree

#: The line that git writes below a last line without a line feed.
NO_NEWLINE = "\\ No newline at end of file\n"


def changes_between(
    before: Tree, after: Tree, *, is_test: Callable[[str], bool], text_only: bool = False
) -> tuple[FileChange, ...]:
    """What has to be changed in `before` to get `after`, sorted by path.

    Args:
        before: the tree as it was.
        after: the tree as it is to be.
        is_test: whether a path is a test file's.
        text_only: leave out files that are no UTF-8 text instead of refusing them.

    Raises:
        EditError: a file that differs is no UTF-8 text, in either tree.
    """
    changed = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if (old and old.data) == (new and new.data) and (old is None) == (new is None):
            continue
        try:
            changed.append(FileChange(path=path, before=_text(path, old), after=_text(path, new), test=is_test(path)))
        except EditError:
            if not text_only:
                raise
    return tuple(changed)


def apply_patch(tree: Tree, patch: Patch) -> Tree:
    """The tree with the patch laid over it. An existing file keeps its executable bit, a new one has none.

    What the tree holds at a changed path is replaced, whatever it is: the digest names the whole new text.
    """
    files = dict(tree)
    for change in patch.changes:
        known = files.pop(change.path, None)
        if change.after is not None:
            files[change.path] = File(_bytes(change.path, change.after), executable=bool(known and known.executable))
    return files


def unified_diff(patch: Patch) -> str:
    """The patch in git's format, fit for `git apply`.

    https://git-scm.com/docs/diff-format#generate_patch_text_with_p
    """
    return "".join(_diff(change) for change in patch.changes if change.before != change.after)


def _diff(change: FileChange) -> str:
    old, new = _quoted(f"a/{change.path}"), _quoted(f"b/{change.path}")
    head = f"diff --git {old} {new}\n"
    if change.before is None:
        head += "new file mode 100644\n"
        old = "/dev/null"
    if change.after is None:
        head += "deleted file mode 100644\n"
        new = "/dev/null"
    body = "".join(_hunks(change.before or "", change.after or ""))
    return head + (f"--- {_label(old)}\n+++ {_label(new)}\n{body}" if body else "")


def _hunks(before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(_lines(before), _lines(after), lineterm="\n")
    for number, line in enumerate(lines):
        if number < 2:  # the two file names, which difflib can't quote
            continue
        yield line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}"


def _lines(text: str) -> list[str]:
    """Lines as git sees them: only a line feed ends one (`str.splitlines` cuts at form feeds as well)."""
    return [line + "\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _label(name: str) -> str:
    """A tab ends a name that has a space in it, as git writes it."""
    return f"{name}\t" if " " in name and not name.startswith('"') else name


def _quoted(name: str) -> str:
    """A name as git quotes it: bytes that are no plain ASCII as octal escapes."""
    if all(" " <= sign <= "~" and sign not in '"\\' for sign in name):
        return name
    return '"' + "".join(_escaped(byte) for byte in name.encode()) + '"'


def _escaped(byte: int) -> str:
    sign = chr(byte)
    if sign in '"\\':
        return f"\\{sign}"
    return sign if " " <= sign <= "~" else f"\\{byte:03o}"


def _text(path: str, file: File | None) -> str | None:
    if file is None:
        return None
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError:
        raise EditError(f"{path} is no UTF-8 text and can't be changed.") from None


def _bytes(path: str, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise EditError(f"{path} would hold a lone surrogate, which is no UTF-8 text.") from None
