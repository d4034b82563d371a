"""The forge: archives in pieces, as GNU tar writes them or with something wrong in them."""

import io
import tarfile
from collections.abc import Iterator
from itertools import repeat

END = bytes(1024)


def header(name: bytes = b"./a", size: bytes = b"00000000000", kind: bytes = b"0", **fields: bytes) -> bytes:
    """A header block as GNU tar writes it, with whatever is wrong in it."""
    block = bytearray(512)
    places = {"name": 0, "mode": 100, "size": 124, "kind": 156, "link": 157, "magic": 257}
    parts = {"name": name, "mode": b"0000644\0", "size": size, "kind": kind, "magic": b"ustar  \0", **fields}
    for field, data in parts.items():
        if field in places:
            block[places[field] : places[field] + len(data)] = data
    block[148:156] = b" " * 8
    block[148:156] = fields.get("sum", b"%06o\0 " % sum(block))
    return bytes(block[:512])


def entry(name: bytes, data: bytes = b"", kind: bytes = b"0", **fields: bytes) -> bytes:
    """A member with its content, the name in front of it when it is long."""
    before = b""
    if len(name) > 100:
        before = header(b"././@LongLink", b"%011o" % (len(name) + 1), b"L") + padded(name + b"\0")
    return before + header(name[:100], b"%011o" % len(data), kind, **fields) + padded(data)


def padded(data: bytes) -> bytes:
    """Up to whole blocks."""
    return data + bytes(-len(data) % 512)


def pax(records: bytes, kind: bytes = b"x") -> bytes:
    """What newer archives say of the next member, or of all, before a plain one."""
    return header(b"././@PaxHeader", b"%011o" % len(records), kind) + padded(records) + entry(b"./a", b"1") + END


def record(key: bytes, value: bytes) -> bytes:
    """One line of it, with its own length in front."""
    length = len(key) + len(value) + 3
    while len(b"%d" % length) + len(key) + len(value) + 3 != length:
        length = len(b"%d" % length) + len(key) + len(value) + 3
    return b"%d %s=%s\n" % (length, key, value)


def pythons(name: str, form: int = tarfile.PAX_FORMAT, **fields: object) -> bytes:
    """An archive that Python's own module makes."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as made:
        member = tarfile.TarInfo(name)
        for field, value in fields.items():
            setattr(member, field, value)
        made.addfile(member, io.BytesIO(bytes(member.size)))
    return target.getvalue()


def endless(first: bytes, rest: bytes) -> Iterator[bytes]:
    """Something and then the same for ever."""
    yield first
    yield from repeat(rest)
