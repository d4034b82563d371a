"""Telling names: modules, attributes and words that code has no use for unless it looks at the test run around it."""

import ast
import re
from collections.abc import Iterator

RUNNER, INSIDE, FRAMES = "reaches into pytest", "reaches into the interpreter", "looks into its callers' frames"
TRACE, END, ROOM = "traces the interpreter", "ends the process", "looks for the test run around it"
RUNS = "has code in it, which is run where nobody reads it as code"
REPLACE, ALIKE, PATCHES = "replaces what others import", "always compares alike", "changes another module on import"
LEAVES = "changes another module for all tests after it, which `monkeypatch` would take back"

#: Modules whose import says it.
MODULES = {"_pytest": RUNNER, "pytest": RUNNER, "pluggy": RUNNER, "gc": INSIDE, "ctypes": INSIDE, "_ctypes": INSIDE}

FRAME_NAMES = ("_getframe", "_current_frames", "f_back", "f_locals", "tb_frame", "gi_frame", "cr_frame")

#: Attributes that mean one thing wherever they stand: https://docs.python.org/3/reference/datamodel.html
ATTRIBUTES = {
    **dict.fromkeys(("_pytest", "pytest", "pluggy"), RUNNER),
    **dict.fromkeys(("ctypes", "_ctypes"), INSIDE),
    **dict.fromkeys(FRAME_NAMES, FRAMES),
}

#: Attributes that mean it in their module alone.
DOTTED = {
    **{f"inspect.{name}": FRAMES for name in ("stack", "currentframe")},
    **{f"{module}.{name}": TRACE for module in ("sys", "threading") for name in ("settrace", "setprofile")},
    **dict.fromkeys(("os._exit", "posix._exit", "sys.exit"), END),
}

#: What tests are held to; they import pytest, and look at names that code must not.
IN_TESTS = frozenset(
    {"_pytest", "gc", "ctypes", "_ctypes", "os._exit", "posix._exit", "sys.exit", "SystemExit", "_getframe", "/proc/"}
)

#: Words in strings (and in bytes), and names that are a whole string, as for `getattr`.
WORDS = re.compile(
    r"/proc/|PYTEST_|INTERN_|(?<!\w)(?:_pytest|_getframe|_current_frames|f_back|f_locals|tb_frame)(?!\w)"
)
WHOLE = re.compile(r"(pytest|pluggy|ctypes|_ctypes)(?:\.\w+)*|(_exit|settrace|setprofile)|(/proc)")

#: What makes code of data and templates, which nothing here reads as code: YAML's tags for Python's objects
#: (https://pyyaml.org/wiki/PyYAMLDocumentation#yaml-tags-and-python-types), imports, and ways to what is inside.
CODE = re.compile(
    r"!!python/|__(?:import|subclasses|globals|builtins|mro)__|os\._exit|sys\.(?:modules|meta_path|settrace|setprofile)"
    r"|(?:import|from)\s+(?:_?pytest|pluggy|gc|_?ctypes)\b"
)

HOOKS = frozenset({"sys.modules", "sys.meta_path", "sys.path_hooks", "sys.path_importer_cache"})

Finding = tuple[str, str]


def of_import(node: ast.Import | ast.ImportFrom) -> Iterator[Finding]:
    """What an import says of the code."""
    if isinstance(node, ast.Import):
        modules = [alias.name.partition(".")[0] for alias in node.names]
    else:
        modules = [(node.module or "").partition(".")[0]] if not node.level else []
        for alias in node.names:
            if alias.name in ATTRIBUTES:
                yield ATTRIBUTES[alias.name], alias.name
            whole = f"{node.module}.{alias.name}"
            if not node.level and whole in DOTTED and whole != "sys.exit":
                yield DOTTED[whole], whole
    yield from ((MODULES[module], module) for module in modules if module in MODULES)


def of_text(value: str | bytes) -> Iterator[Finding]:
    """What a text in the code says of it."""
    text = value if isinstance(value, str) else value.decode("latin-1")
    for word in WORDS.findall(text):
        yield ATTRIBUTES.get(word, ROOM), word
    if whole := WHOLE.fullmatch(text):
        module, name, folder = whole.groups()
        yield (MODULES[module], module) if module else (ROOM, "/proc/") if folder else _of_whole(name)


def of_data(text: str) -> Iterator[Finding]:
    """What a text that is no Python says, if something runs it: a template of Mako, a tag of YAML, a logger's class."""
    for word in WORDS.findall(text):
        yield ATTRIBUTES.get(word, ROOM), word
    yield from ((RUNS, " ".join(word.split())) for word in CODE.findall(text))


def _of_whole(name: str) -> Finding:
    return (END, "os._exit") if name == "_exit" else (TRACE, f"sys.{name}")
