"""Everything that a repository declares, from all of its project files together."""

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.declaration.hatch import read_hatch
from sandbox.environment.declaration.hint import Hint
from sandbox.environment.declaration.indirect import indirect_files
from sandbox.environment.declaration.nox import read_nox
from sandbox.environment.declaration.pipfile import read_pipfile
from sandbox.environment.declaration.pyproject import read_pyproject
from sandbox.environment.declaration.setup_cfg import read_setup_cfg
from sandbox.environment.declaration.setup_py import read_setup_py
from sandbox.environment.declaration.tox import read_tox
from sandbox.environment.repository import Repository


def read_declaration(repository: Repository) -> Declaration:
    """What the project files say; where two speak of the same, setuptools' own order decides."""
    declaration = read_pyproject(repository)
    for other in (read_setup_cfg(repository), read_setup_py(repository), read_pipfile(repository)):
        declaration = declaration.or_else(other)
    pointed = {
        extra: () for extra in indirect_files(repository) if extra
    }  # their lines are read when they are asked for
    return declaration.or_else(Declaration(extras=pointed))


def read_hints(repository: Repository) -> list[Hint]:
    """What the tools that run the tests install for them."""
    return [*read_hatch(repository), *read_tox(repository), *read_nox(repository)]
