"""Hatch's environments: https://hatch.pypa.io/latest/config/environment/overview/."""

from sandbox.environment.declaration.hint import Hint
from sandbox.environment.purpose import is_for_tests
from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, texts

DEFAULT = "default"


def read_hatch(repository: Repository) -> list[Hint]:
    """What the environments for the tests ask for, and the default one, from which they inherit."""
    found = []
    for path, environments in (
        ("pyproject.toml", table(repository.toml("pyproject.toml"), "tool", "hatch", "envs")),
        ("hatch.toml", table(repository.toml("hatch.toml"), "envs")),
    ):
        for name, said in environments.items():
            if name == DEFAULT or is_for_tests(name):
                found.append(_hint(f"{path} (hatch environment {name})", table(said)))
    return [hint for hint in found if hint.lines or hint.extras or hint.groups]


def _hint(origin: str, environment: Table) -> Hint:
    return Hint(
        origin,
        lines=(*texts(environment.get("dependencies")), *texts(environment.get("extra-dependencies"))),
        extras=tuple(texts(environment.get("features"))),
        groups=tuple(texts(environment.get("dependency-groups"))),
    )
