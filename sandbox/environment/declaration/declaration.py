"""A declaration: what one file, or all of them together, says that the repository needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """Ranges, as people write them. Nothing here was checked: the lines are a stranger's words.

    Attributes:
        name: of the repository's own package, "" when it is none.
        version: a static one, "" when it is computed.
        python: a specifier, "" when unsaid.
        dependencies: requirement lines of the package itself.
        extras: further lines by extra.
        groups: further lines by dependency group.
        elsewhere: canonical names that come from somewhere else than the index, and from where ("git"). The
            index may have a stranger's package of that name.
        build: requirement lines of the build, beside those of [build-system].
        origin: the file.
    """

    name: str = ""
    version: str = ""
    python: str = ""
    dependencies: Lines = ()
    extras: Mapping[str, Lines] = field(default_factory=dict)
    groups: Mapping[str, Lines] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    build: Lines = ()
    origin: str = ""

    def or_else(self, other: "Declaration") -> "Declaration":
        """This one, and the other where this one is silent."""
        return Declaration(
            name=self.name or other.name,
            version=self.version or other.version,
            python=self.python or other.python,
            dependencies=self.dependencies or other.dependencies,
            extras={**other.extras, **self.extras},
            groups={**other.groups, **self.groups},
            elsewhere={**other.elsewhere, **self.elsewhere},
            build=self.build or other.build,
            origin=self.origin or other.origin,
        )


def named(lines: Mapping[str, Lines], names: Collection[str]) -> list[str]:
    """The lines of the extras or groups with these names, however they are spelled."""
    wanted = {canonicalize_name(name) for name in names}
    return [line for name, found in lines.items() if canonicalize_name(name) in wanted for line in found]
