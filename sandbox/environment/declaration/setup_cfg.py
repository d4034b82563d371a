"""setup.cfg: https://setuptools.pypa.io/en/latest/userguide/declarative_config.html."""

from collections import defaultdict

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.repository import Ini, Repository

PATH = "setup.cfg"
#: Words with which a value says that it stands somewhere else.
INDIRECT = ("file:", "attr:")


def read_setup_cfg(repository: Repository) -> Declaration:
    """What setup.cfg says of the package; empty when there is none."""
    ini = repository.ini(PATH)
    metadata, options = _keys(ini, "metadata"), _keys(ini, "options")
    version = metadata.get("version", "")
    extras = {name: _lines(value) for name, value in ini.get("options.extras_require", {}).items()}
    testing = _lines(options.get("tests_require", ""))
    declaration = Declaration(
        name=metadata.get("name", "").strip(),
        version="" if version.startswith(INDIRECT) else version.strip(),
        python=options.get("python_requires", "").strip(),
        dependencies=_lines(options.get("install_requires", "")),
        groups={"tests": testing} if testing else {},
        build=_lines(options.get("setup_requires", "")),
        origin=PATH if metadata or options else "",
    )
    return with_extras(declaration, extras)


def with_extras(declaration: Declaration, extras: dict[str, tuple[str, ...]]) -> Declaration:
    """The declaration with setuptools' extras, of which "test:python_version<'3.9'" is a conditional one."""
    plain: dict[str, list[str]] = defaultdict(list)
    always: list[str] = []
    for key, lines in extras.items():
        name, _, condition = key.partition(":")
        limited = tuple(f"{line} ; {condition}" for line in lines) if condition.strip() else lines
        if name.strip():
            plain[name.strip()] += limited
        else:
            always += limited
    lists = {name: tuple(lines) for name, lines in plain.items()}
    return Declaration(extras=lists, dependencies=(*declaration.dependencies, *always)).or_else(declaration)


def _keys(ini: Ini, section: str) -> dict[str, str]:
    """A section's keys; setuptools took dashes for underscores once."""
    return {key.replace("-", "_").lower(): value for key, value in ini.get(section, {}).items()}


def _lines(value: str) -> tuple[str, ...]:
    """A list as setuptools reads it: one a line, or semicolons on a single line."""
    if value.strip().startswith(INDIRECT):
        return ()
    lines = value.splitlines() if "\n" in value else value.split(";")
    return tuple(line.strip() for line in lines if line.strip() and not line.strip().startswith("#"))
