"""setup.py, read and never run: the literals that it hands to setup()."""

import ast

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.declaration.literal import Names, evaluate, names_of
from sandbox.environment.declaration.setup_cfg import with_extras
from sandbox.environment.repository import Repository
from sandbox.environment.shape import table, text, texts

PATH = "setup.py"
READ = ("name", "version", "python_requires", "install_requires", "extras_require", "tests_require", "setup_requires")


def read_setup_py(repository: Repository) -> Declaration:
    """What setup.py says with literals; what it computes becomes a note. Empty when there is none."""
    values = setup_arguments(repository)
    computed = [name for name in READ if name in values and values[name] is None and name != "version"]
    if computed:
        repository.note(f"setup.py computes {', '.join(computed)}: not run, so not known")
    if not values:
        return Declaration()
    testing = _lines(values.get("tests_require"))
    declaration = Declaration(
        name=text(values.get("name")),
        version=text(values.get("version")),
        python=text(values.get("python_requires")),
        dependencies=_lines(values.get("install_requires")),
        groups={"tests": testing} if testing else {},
        build=_lines(values.get("setup_requires")),
        origin=PATH,
    )
    extras = table(values.get("extras_require"))
    return with_extras(declaration, {name: _lines(lines) for name, lines in extras.items()})


def setup_arguments(repository: Repository) -> dict[str, object]:
    """The arguments of the call of setup(), None for those that are computed; empty when there is no such call."""
    tree = repository.code(PATH)
    try:
        names = names_of(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node.func) == "setup":
                return _arguments(node, names)
    except RecursionError:
        repository.note("setup.py is not read: nested too deeply")
    return {}


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _arguments(call: ast.Call, names: Names) -> dict[str, object]:
    found: dict[str, object] = {}
    for keyword in call.keywords:
        value = evaluate(keyword.value, names)
        if keyword.arg:
            found[keyword.arg] = value
        else:
            found.update({str(name): each for name, each in table(value).items()})
    return found


def _lines(value: object) -> tuple[str, ...]:
    found = value.splitlines() if isinstance(value, str) else texts(value)
    return tuple(line.strip() for line in found if line.strip() and not line.strip().startswith("#"))
