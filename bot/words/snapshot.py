"""Snapshot: the files of a repository at one commit, as data."""

from dataclasses import dataclass

from sandbox.files import Tree


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A repository at one commit. Nothing of it lies on the host's disk.

    Attributes:
        commit: the commit's SHA (or a digest of the files where there is no git).
        files: regular files by path.
        notes: what was left out and why ("2 symlinks", "1 submodule", "assets/big.bin: over 5 MiB").
    """

    commit: str
    files: Tree
    notes: tuple[str, ...] = ()
