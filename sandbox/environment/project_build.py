"""The repository's own package: built where nothing can leave, so that its tests find it as if it were installed."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sandbox.environment.build import BuildSystem, Built, as_source, build, lines_of
from sandbox.environment.failure import BuildFailed, InstallationFailed
from sandbox.environment.installation import LIMITS, key_of
from sandbox.environment.needs import Project
from sandbox.environment.project_tree import metadata_tree, project_tree, static_metadata
from sandbox.environment.project_version import marker_file, variables_of, version_of
from sandbox.environment.store import Entry, Ground, Kind, Store
from sandbox.environment.wheel import Wheel
from sandbox.files import File, Tree
from sandbox.inside.builder import LEGACY, LEGACY_REQUIRES
from sandbox.layout import BOOT
from sandbox.room import Outcome, Sandbox, SandboxError

#: Installs plain lines and gives the environment's name.
Install = Callable[[Sequence[str]], str]
#: Changes when the same repository would give another entry.
EDITION = 1
LONGEST_NOTE = 400


class ProjectBuilder:
    """Makes the entry of a repository's own package.

    Args:
        sandbox: makes the rooms.
        store: where the entry is kept.
        ground: what it stands on.
        install: makes the environment of the build.

    Attributes:
        made: how many entries were not there before.
    """

    def __init__(self, sandbox: Sandbox, store: Store, ground: Ground, install: Install) -> None:
        self._sandbox, self._store, self._ground, self._install = sandbox, store, ground, install
        self.made = 0

    def build(self, project: Project, requirements: Sequence[str], files: Tree) -> Entry:
        """The entry; its note says what could not be built, "" when all could.

        A package that can't be built is no error: most tests run without its metadata. That it can't is kept, so
        that nobody tries again for the same files.

        Args:
            project: what is known of it.
            requirements: what it needs to run, for a build that imports the package.
            files: the repository.

        Raises:
            SandboxError: no room could be had, or the index could not be asked.
        """
        signed = sorted((path, file.signature) for path, file in files.items())
        key = key_of("project", EDITION, self._ground.key, repr(project), sorted(requirements), signed)
        return self._store.find(key) or self._lay(key, *self._made(project, requirements, files))

    def _made(self, project: Project, requirements: Sequence[str], files: Tree) -> tuple[dict[str, File], str]:
        """The entry's files and its note. First all of the wheel, then less and less."""
        version = version_of(project, files)
        try:
            wheel, note = self._wheel(project, requirements, files, version)
            return project_tree(wheel, project.name, files), note
        except (BuildFailed, InstallationFailed) as error:
            table = {"version": version, **_project_table(files), "name": project.name}
            return metadata_tree(dict(static_metadata(table)), project.name), str(error)

    def _wheel(self, project: Project, requirements: Sequence[str], files: Tree, version: str) -> tuple[Wheel, str]:
        """The wheel, else its metadata alone with a note why."""
        source = as_source({**marker_file(project, version), **files})
        order = _Order(_system(project), source, variables_of(project, version))
        try:
            return self._attempt(order, ()), ""
        except (BuildFailed, InstallationFailed) as error:
            first = error
        imports = "No module named" in str(first)
        further = [(requirements, False)] if imports else []
        for more, metadata_only in [*further, ((), True), *((more, True) for more, _ in further)]:
            try:
                return self._attempt(order, more, metadata_only=metadata_only), str(first) if metadata_only else ""
            except (BuildFailed, InstallationFailed):
                continue
        raise first

    def _attempt(self, order: "_Order", more: Sequence[str], *, metadata_only: bool = False) -> Wheel:
        """One build, with what the backend asks for in its course."""
        built = self._build(order, more, metadata_only=metadata_only)
        if built.missing:
            built = self._build(order, [*more, *built.missing], metadata_only=metadata_only, is_complete=True)
        return Wheel(built.archive)

    def _build(self, order: "_Order", more: Sequence[str], *, metadata_only: bool, is_complete: bool = False) -> Built:
        return build(
            self._sandbox,
            self._install(lines_of(order.system, more)),
            order.source,
            order.system,
            variables=order.variables,
            metadata_only=metadata_only,
            is_complete=is_complete,
        )

    def _lay(self, key: str, tree: Tree, note: str) -> Entry:
        self.made += 1
        with self._store.fill(key, Kind.PROJECT, self._ground, LIMITS) as filling:
            filling.room.put(tree)
            done = filling.room.run([*BOOT, "installer", "lay"])
            if done.outcome is not Outcome.FINISHED or done.exit_code != 0:
                raise SandboxError(f"the package's metadata can't be kept: {done.stderr[-200:]}")
            return filling.settle(sum(len(file.data) for file in tree.values()), note[:LONGEST_NOTE])


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be built, whatever the attempt."""

    system: BuildSystem
    source: Tree
    variables: Mapping[str, str]


def _system(project: Project) -> BuildSystem:
    old = not project.build_requires and project.backend.startswith("setuptools")
    requires = tuple(LEGACY_REQUIRES) if old else project.build_requires
    return BuildSystem(requires, project.backend or LEGACY, project.backend_path)


def _project_table(files: Tree) -> dict[str, object]:
    """The repository's `[project]` table; empty when it has none that can be read."""
    try:
        table = tomllib.loads(files["pyproject.toml"].data.decode()).get("project")
    except (KeyError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}
