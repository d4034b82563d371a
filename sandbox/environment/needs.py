"""Needs: what a repository's tests need beside its own files, as data, found out without running anything."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Project:
    """The package that the repository itself is, when it is one.

    Attributes:
        name: its distribution name as written ("my-pkg").
        version: a static version; "" when it is dynamic.
        backend: the build backend ("setuptools.build_meta"), its default where none is named.
        backend_path: `build-system.backend-path`, for backends that live in the repository.
        build_requires: requirements of the build, plain lines.
        version_from_git: whether its version is computed from git tags, which no room has.
        python: `requires-python`, "" when unsaid.
    """

    name: str
    version: str = ""
    backend: str = "setuptools.build_meta:__legacy__"
    backend_path: tuple[str, ...] = ()
    build_requires: tuple[str, ...] = ()
    version_from_git: bool = False
    python: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be there before the repository's tests can run.

    Attributes:
        python: which Python, a specifier ("==3.12.*", ">=3.11,<3.14"); "" for whichever the sandbox has.
        requirements: PEP 508 lines (with hashes where a lock file has them), plain names and versions only, sorted.
            All of them have hashes, or none has. The repository's own package is never among them.
        debian: Debian packages ("libpq5"), sorted.
        project: the repository's own package; None when it is none.
        named: whether the repository's settings name the packages. Then each of them must be had; of what was only
            found out, one that can't be installed is left out and noted.
        sources: paths of the files that were read for this, in the order of their authority.
        notes: what was left out and why, one short sentence each, for a reader. Parts of them are the repository's
            words: printable, short, and not to be trusted.
    """

    python: str = ""
    requirements: tuple[str, ...] = ()
    debian: tuple[str, ...] = ()
    project: Project | None = None
    named: bool = False
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
