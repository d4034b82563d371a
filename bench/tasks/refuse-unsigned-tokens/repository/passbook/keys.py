"""Keys, by name."""

from collections.abc import Mapping

SHORTEST = 32


class Keyring:
    """Keys that tokens are signed and checked with.

    Args:
        keys: by name, the newest last; each has at least 32 bytes.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("a key ring without a key can't sign")
        for name, key in keys.items():
            if len(key) < SHORTEST:
                raise ValueError(f"the key {name!r} has {len(key)} bytes, not {SHORTEST}")
        self._keys = dict(keys)

    @property
    def newest(self) -> str:
        """Name of the key that signs."""
        return list(self._keys)[-1]

    def get(self, name: object) -> bytes | None:
        """The key of this name, if it is still on the ring."""
        return self._keys.get(name) if isinstance(name, str) else None

    def without(self, name: str) -> "Keyring":
        """The ring after a key was removed."""
        return Keyring({other: key for other, key in self._keys.items() if other != name})
