"""Requirement files that a project file names in the place of a list."""

from sandbox.environment.repository import Repository
from sandbox.environment.shape import table, text, texts


def indirect_files(repository: Repository) -> dict[str, list[str]]:
    """Paths of such files, by extra; by "" for the package's own dependencies.

    setuptools: https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata, and "file:" in
    setup.cfg; Hatch: https://github.com/repo-helper/hatch-requirements-txt.
    """
    pyproject = repository.toml("pyproject.toml")
    hook = table(pyproject, "tool", "hatch", "metadata", "hooks", "requirements_txt")
    dynamic = table(pyproject, "tool", "setuptools", "dynamic")
    found = {"": _files(table(dynamic, "dependencies").get("file")) + _files(hook.get("files"))}
    for extra, said in table(dynamic, "optional-dependencies").items():
        found[extra] = _files(table(said).get("file"))
    for extra, paths in table(hook, "optional-dependencies").items():
        found[extra] = _files(paths)
    setup_cfg = repository.ini("setup.cfg")
    found[""] += _pointed(setup_cfg.get("options", {}).get("install_requires", ""))
    for extra, value in setup_cfg.get("options.extras_require", {}).items():
        found[extra] = found.get(extra, []) + _pointed(value)
    return found


def _files(said: object) -> list[str]:
    return [text(said)] if isinstance(said, str) else texts(said)


def _pointed(value: str) -> list[str]:
    words = value.strip()
    return [name.strip() for name in words.removeprefix("file:").split(",")] if words.startswith("file:") else []
