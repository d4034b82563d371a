"""Hashed answers: code that knows the questions of its own tests by a checksum of them.

Then no constant of a test stands in the code (`copied_answers`), but a digest of one does, which nobody writes by
chance. A checksum of somebody's own making is not found.
"""

import ast
import hashlib
import zlib
from collections.abc import Iterator

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.proof.changed_lines import changed_lines
from bot.words.patch import FileChange, Patch

DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s")

#: A shorter number, or a shorter beginning of a digest, may be there by chance; in characters.
LEAST, SHORTEST = 2**16, 8

#: Constants of tests that are looked at, and how long they may be, in characters.
MOST, LONGEST = 400, 400


def hashed_answers(patch: Patch) -> Iterator[str]:
    """Files with a digest of what their new tests ask, a sentence each. Never raises."""
    asked = {value for change in patch.changes if change.test and change.before is None for value in _asked(change)}
    if not asked:
        return
    numbers, texts = _digests(sorted(asked)[:MOST])
    for change in patch.changes:
        if change.test or change.after is None or not change.path.endswith(".py"):
            continue
        lines = changed_lines(change)
        for node in ast.walk(_tree(change)):
            if isinstance(node, ast.Constant) and node.lineno in lines and _is_digest(node.value, numbers, texts):
                path = change.path[:120].replace("`", "?")
                yield f"`{path}` knows what its own tests ask by a checksum of it (`{str(node.value)[:40]}`)."
                break


def _asked(change: FileChange) -> Iterator[bytes]:
    """The constants of a test file, as code would make a checksum of them."""
    for node in ast.walk(_tree(change)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes | int | float):
            if isinstance(node.value, int) and node.value.bit_length() > 4 * LONGEST:
                continue  # longer than LONGEST in any case, and Python may refuse to write it in decimal
            value = node.value if isinstance(node.value, bytes) else str(node.value).encode("utf-8", "replace")
            if 0 < len(value) <= LONGEST:
                yield value


def _digests(asked: list[bytes]) -> tuple[set[int], set[str]]:
    """As numbers, and as the beginnings of hexadecimal texts."""
    numbers = {
        sign * number for value in asked for number in (zlib.crc32(value), zlib.adler32(value)) for sign in (1, -1)
    }
    texts = {f"{number:08x}" for number in numbers if number >= 0}
    for value in asked:
        for name in DIGESTS:
            text = hashlib.new(name, value, usedforsecurity=False).hexdigest()
            texts.add(text[:SHORTEST])
            numbers.add(int(text, 16))
    return numbers, texts


def _is_digest(value: object, numbers: set[int], texts: set[str]) -> bool:
    if isinstance(value, bytes):
        value = value.hex()
    if isinstance(value, str):
        return len(value) >= SHORTEST and value[:SHORTEST].lower() in texts
    return isinstance(value, int) and abs(value) >= LEAST and value in numbers


def _tree(change: FileChange) -> ast.Module:
    try:
        return syntax_tree((change.after or "").removeprefix("\ufeff"))
    except UNPARSABLE:
        return ast.Module(body=[], type_ignores=[])
