"""The lines of a declaration: of the package, of the extras and groups asked for, and of the files it points to."""

from packaging.utils import canonicalize_name

from sandbox.environment.asked import Asked
from sandbox.environment.declaration.declaration import Declaration, Lines, named
from sandbox.environment.declaration.indirect import indirect_files
from sandbox.environment.declaration.requirement_file import RequirementReader
from sandbox.environment.repository import Repository

MOST_EXTRAS = 100


def read_declared(repository: Repository, declaration: Declaration, asked: Asked) -> RequirementReader:
    """Read the lines; the package's mention of itself ("mypkg[test]") stands for that extra's lines."""
    reader = RequirementReader(repository)
    own = canonicalize_name(declaration.name)
    extras: dict[str, Lines] = {canonicalize_name(name): lines for name, lines in declaration.extras.items()}
    files: dict[str, list[str]] = {canonicalize_name(name): paths for name, paths in indirect_files(repository).items()}
    reader.read_lines(declaration.dependencies, declaration.origin, folder="")
    reader.read_lines(named(declaration.groups, asked.groups), declaration.origin, folder="")
    for path in files.get("", []):
        reader.read_file(path)
    seen: set[str] = set()
    while waiting := sorted({*asked.extras, *_own_extras(reader, own)} - seen)[: MOST_EXTRAS - len(seen)]:
        seen.update(waiting)
        for extra in waiting:
            reader.read_lines(extras.get(extra, ()), declaration.origin, folder="")
            for path in files.get(extra, []):
                reader.read_file(path)
    reader.found = [each for each in reader.found if each.name != own]
    return reader


def _own_extras(reader: RequirementReader, own: str) -> set[str]:
    """The package's own extras that are asked for."""
    mentioned = {extra for each in reader.found if each.name == own for extra in each.extras}
    return mentioned | {canonicalize_name(extra) for extra in reader.extras}
