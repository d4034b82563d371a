"""Prepare: everything that a repository's tests need, found in the store or made, once for all later rooms.

An environment has up to two entries. **Dependencies** are installed by our own installer, wheels first, in a room
that runs nobody's code. The **project** is what the repository's own package brings when it is built. Both stand on
a **ground**, a system with the right Python and Debian packages.
"""

from contextlib import suppress
from dataclasses import dataclass

from sandbox.environment.debian import check_debian
from sandbox.environment.installation import Installer
from sandbox.environment.leaving_out import install_what_can_be_had
from sandbox.environment.needs import Needs
from sandbox.environment.project_build import ProjectBuilder
from sandbox.environment.requirement import is_plain, plain_requirements
from sandbox.environment.store import Entry, EnvironmentGone, Say, Store, trim
from sandbox.files import Tree
from sandbox.room import Sandbox, SandboxError

#: How often it is begun.
TIMES = 3


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared environment.

    Attributes:
        name: what `Sandbox.open(environment=...)` takes, as plain text that may be kept; "" when nothing is needed.
        notes: what could not be made although tests can run, one sentence each.
    """

    name: str
    notes: tuple[str, ...] = ()


def prepare(
    sandbox: Sandbox,
    needs: Needs,
    files: Tree,
    *,
    say: Say = lambda _: None,
) -> Prepared:
    """The environment that fulfils these needs; makes what was never asked for before.

    Args:
        sandbox: the sandbox whose rooms will use it.
        needs: what `detect` found.
        files: the repository, for the metadata of its own package.
        say: told in a line what takes long.

    Raises:
        SandboxError: a need can't be fulfilled; the message has the installer's words.
    """
    for _ in range(TIMES - 1):
        with suppress(EnvironmentGone):  # somebody who has made many others removed a part of this one meanwhile
            return _prepare(sandbox, needs, files, say)
    return _prepare(sandbox, needs, files, say)


def _prepare(sandbox: Sandbox, needs: Needs, files: Tree, say: Say) -> Prepared:
    maker = getattr(sandbox, "sandbox", sandbox)  # not a pool's: it would keep rooms for builds ready
    store = store_of(maker)
    ground = store.ground(needs.python, check_debian(needs.debian), say)
    installer = Installer(maker, store, ground)
    lines = plain_requirements({}, list(needs.requirements))
    found: list[Entry] = []
    notes: list[str] = []
    made = 0
    if lines or not ground.usual:
        name = needs.project.name if needs.project is not None else ""
        own = name if is_plain(name) else ""
        entry, left_out = install_what_can_be_had(
            lambda some: installer.install(some, own=own), lines, optional=not needs.named
        )
        found.append(entry)
        notes += left_out
    if needs.project is not None:
        builder = ProjectBuilder(maker, store, ground, installer.name_of)
        found.append(builder.build(needs.project, lines, files))
        made += builder.made
        if found[-1].note:
            notes.append(f"the package {needs.project.name} could not be built: {found[-1].note}")
    if installer.made + made:
        trim(store, keep=[entry.name for entry in found])
    return Prepared("+".join(entry.name for entry in found), tuple(notes))


def store_of(sandbox: Sandbox) -> Store:
    """The sandbox's store. Raises SandboxError: it has none."""
    store: Store | None = getattr(sandbox, "environments", None)
    if store is None:
        raise SandboxError("this sandbox can't install packages: use the Docker driver")
    return store
