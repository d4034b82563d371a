"""Python files of a snapshot as a model needs to see them: text, outline, name for an import."""

from bot.decisions.code.definitions import UNPARSABLE, definitions, outline
from bot.decisions.code.encoding import declared_encoding, encoding_trouble
from bot.decisions.code.modules import import_name, import_root, imported_paths
from bot.decisions.proof.protection import is_test_path
from bot.programs.tools.answer import cut
from sandbox.files import Tree

__all__ = [
    "import_name",
    "import_root",
    "imported_paths",
    "is_test",
    "original_of",
    "outline_of",
    "source_of",
    "unwritable",
]

LARGEST = 2_000_000


def is_test(path: str) -> bool:
    """Whether a path is a test's."""
    return is_test_path(path)


def original_of(files: Tree, path: str) -> str | None:
    """The exact text of a file; None when there is none, or when it is no UTF-8 text of a sensible size."""
    file = files.get(path)
    if file is None or len(file.data) > LARGEST or b"\0" in file.data:
        return None
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def unwritable(files: Tree, path: str) -> str:
    """Why the text of a file that is there can't be changed, in a sentence; "" when it can."""
    if path not in files:
        return ""
    text = original_of(files, path)
    if text is not None:
        trouble = encoding_trouble(text)
        return f"{path} can't be changed. {trouble}" if trouble else ""
    data = files[path].data
    encoding = declared_encoding(data[:2000].decode("latin-1"))
    if encoding:
        return f"{path} can't be changed: it is no UTF-8 text but declares the encoding `{encoding}`."
    return f"{path} can't be changed: it is {'too large' if len(data) > LARGEST else 'no UTF-8 text'}."


def source_of(files: Tree, path: str) -> str | None:
    """The text of a file as a model is shown it: with plain line feeds, without a byte order mark."""
    source = original_of(files, path)
    return None if source is None else plain(source)


def plain(source: str) -> str:
    """A text with plain line feeds and without a byte order mark: neither is worth a model's tokens."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def outline_of(source: str, *, numbered: bool = False) -> str:
    """The definitions of a Python file, one a line; of an unreadable one its first lines.

    Args:
        source: the file's text.
        numbered: whether each line begins with the number of the definition's first line.
    """
    try:
        told = outline(source).split("\n")
        if not numbered:
            return "\n".join(told)
        return "\n".join(f"{known.start}: {line}" for known, line in zip(definitions(source), told, strict=False))
    except UNPARSABLE:
        return cut(source, 300)
