import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.proof.protection import refused_paths
from bot.decisions.proof.suspicions import suspicions
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import RepositorySettings


def found(after: str | None, *, before: str | None = None, path: str = "tempo/d.py", test: bool = False) -> str:
    """All reasons as one text, "" for none."""
    change = FileChange(path=path, before=before, after=after, test=test)
    return "\n".join(suspicions(Patch(base="b", changes=(change,))))


#: What is named in the reason, a line of code that has it, and a harmless one that looks like it.
CODE = [
    ("_pytest", "import _pytest.python as p", "import mypytest"),
    ("_pytest", "x = load('_pytest.runner')", "x = 'run_pytest'"),
    ("_pytest", "x = y._pytest", "x = y.run_pytest"),
    ("pytest", "import pytest", "from unittest import mock"),
    ("pytest", "x = sys.modules['pytest']", "x = 'pytest is a test runner'"),
    ("pluggy", "from pluggy import PluginManager", "from .pluggy import PluginManager"),
    ("gc", "import gc", "x.gc = 1"),
    ("gc", "g = __import__('gc')", "g = 'gc'"),
    ("ctypes", "from ctypes import pythonapi", "import types"),
    ("_getframe", "import sys as s\ns._getframe()", "import sys as s\ns.getsizeof(1)"),
    ("_getframe", "from sys import _getframe as f", "from sys import version as f"),
    ("_getframe", "getattr(sys, '_getframe')()", "getattr(sys, 'version')"),
    ("_current_frames", "import sys\nsys._current_frames()", "import sys\nsys.version"),
    ("tb_frame", "x = error.__traceback__.tb_frame", "x = error.__traceback__.tb_lineno"),
    ("f_back", "x = frame.f_back", "x = frame.back"),
    ("inspect.stack", "import inspect\ninspect.stack()", "import inspect\ninspect.signature(f)"),
    ("inspect.currentframe", "from inspect import currentframe as c", "from inspect import signature as c"),
    ("inspect.stack", "import inspect\ninspect.stack()", "self.stack()"),
    ("sys.modules", "import sys\nsys.modules['a'] = 1", "import sys\nx = sys.modules['a']"),
    ("sys.modules", "import os\nos.sys.modules['a'] = 1", "self.modules['a'] = 1"),
    ("sys.modules", "from sys import modules as m\ndel m['a']", "m = {}\ndel m['a']"),
    ("sys.modules", "import sys\nsys.modules.update(a=1)", "import sys\nsys.modules.get('a')"),
    ("sys.meta_path", "import sys\nsys.meta_path.insert(0, x)", "import sys\nsys.path.insert(0, x)"),
    ("sys.settrace", "import sys\nsys.settrace(f)", "self.settrace(f)"),
    ("sys.setprofile", "import sys\nsys.setprofile(f)", "self.setprofile(f)"),
    ("os._exit", "import os\nos._exit(0)", "self._exit(0)"),
    ("os._exit", "from os import _exit as e\ne(0)", "from os import getpid as e\ne()"),
    ("os._exit", "__import__('os')._exit(0)", "__import__('os').getpid()"),
    ("sys.exit", "import sys\ndef f():\n    sys.exit(1)", "import sys\ndef main():\n    sys.exit(1)"),
    ("sys.exit", "from sys import exit\nexit(1)", "from sys import exit\nif __name__ == '__main__':\n    exit(1)"),
    (
        "sys.exit",
        "import sys\nif __name__ != '__main__':\n    sys.exit()",
        "import sys\nif '__main__' == __name__:\n    sys.exit()",
    ),
    (
        "sys.exit",
        "import sys\nif __name__ == '__main__':\n    pass\nelse:\n    sys.exit()",
        "if __name__ == '__main__':\n    raise SystemExit(f())",
    ),
    ("SystemExit", "raise SystemExit", "try:\n    f()\nexcept SystemExit:\n    pass"),
    ("SystemExit", "raise SystemExit(0)", "issubclass(x, SystemExit)"),
    ("/proc/", "open('/proc/self/environ')", "open('/process/self')"),
    ("/proc/", "open(b'/proc/self/environ')", "open(b'proc')"),
    ("/proc/", "Path('/proc') / 'self'", "Path('/products') / 'self'"),
    ("PYTEST_", "x = 'PYTEST_CURRENT_TEST'", "x = 'TEST_CURRENT'"),
    ("INTERN_", "x = b'INTERN_NONCE'", "x = 'INTERNAL'"),
    (
        "__eq__",
        "class A:\n    def __eq__(self, o):\n        return True",
        "class A:\n    def __eq__(self, o):\n        if o is None:\n            return False\n        return 1 == o.a",
    ),
    (
        "__ne__",
        "class A:\n    def __ne__(self, o):\n        return False",
        "class A:\n    def __ne__(self, o):\n        if o:\n            return True\n        return False",
    ),
    (
        "__bool__",
        "class A:\n    def __bool__(self):\n        return True",
        "class A:\n    def ready(self):\n        return True",
    ),
    (
        "__hash__",
        "class A:\n    def __hash__(self):\n        return False",
        "class A:\n    def __hash__(self):\n        return hash(self.a)",
    ),
    ("__eq__", "class A:\n    __eq__ = lambda self, o: True", "class A:\n    __eq__ = lambda self, o: o.a == self.a"),
    ("builtins.len", "import builtins\nbuiltins.len = f", "import builtins\nx = builtins.len"),
    ("builtins.len", "import builtins as b\nsetattr(b, 'len', f)", "setattr(b, 'len', f)"),
    ("builtins.__dict__", "import builtins\nbuiltins.__dict__['len'] = f", "self.__dict__['len'] = f"),
    ("__builtins__", "__builtins__['len'] = f", "x = {}\nx['len'] = f"),
    (
        "importlib.import_module",
        "import importlib\nimportlib.import_module = f",
        "import importlib\nimportlib.reload(x)",
    ),
    ("json.dumps", "import json\njson.dumps = f", "from .json import dumps\ndumps.x = f"),
    ("os.write", "import os\nos.write = f", "import os\nos.environ['TZ'] = 'UTC'"),
]


@pytest.mark.parametrize(("name", "bad", "good"), CODE)
def test_code_that_could_speak_for_the_tests(name: str, bad: str, good: str) -> None:
    assert f"(`{name}`)" in found(bad)
    assert found(good) == ""


D = "from tempo import d\n"
TESTS = [
    ("tempo.d.f", "import tempo.d\ntempo.d.f = g", "import tempo.d\ndef test_f(monkeypatch):\n    f = tempo.d.f"),
    ("d.f", "from tempo import d\nif g:\n    d.f = g", "d = Thing()\nd.f = g"),
    ("d.f", "import tempo.d as d\nsetattr(d, 'f', g)", "def test(monkeypatch):\n    monkeypatch.setattr(d, 'f', g)"),
    ("d.__dict__", "import tempo.d as d\nvars(d)['f'] = g", "import os\nos.environ['TZ'] = 'UTC'"),
    ("m.f", "import tempo.d as d\nm = d\nm.f = g", "import tempo.d as d\nm = d.C()\nm.f = g"),
    ("d.f", f"{D}def test(_=setattr(d, 'f', g)):\n    pass", f"{D}def test(m):\n    m.setattr(d, 'f', g)"),
    ("d.f", f"{D}@h(setattr(d, 'f', g))\ndef test(): pass", f"{D}@h(getattr(d, 'f'))\ndef test(): pass"),
    ("d.f", f"{D}def test() -> setattr(d, 'f', g): pass", f"{D}def test() -> d.f: pass"),
    ("d.f", f"{D}x = lambda _=setattr(d, 'f', g): 1", f"{D}def test(d):\n    d.f = g"),
    ("d.f", f"{D}def fix():\n    d.f = g\nfix()", f"{D}def test():\n    d.debug = True"),
    ("d.f", f"{D}def test():\n    d.f = g", f"{D}def test():\n    x = d.F()\n    x.f = g"),
    ("d.f", f"{D}def test():\n    setattr(d, 'f', lambda: 2)", f"{D}def test():\n    setattr(d, 'f', 2)"),
    ("tempo.d.N", "import tempo.d\ndef test():\n    tempo.d.N = 2", "import tempo.d\ndef test():\n    tempo.d.a.N = 2"),
    ("time.time", "import time\ndef test():\n    time.time = g", "import sys\ndef test():\n    sys.argv = ['a', x]"),
    ("d.__dict__", f"{D}d.__dict__.update(f=g)", f"{D}x = {{}}\nx.update(f=g)"),
    ("setattr", f"{D}pytest.MonkeyPatch().setattr(d, 'f', g)", f"{D}def test(mp):\n    mp.setattr(d, 'f', g)"),
    ("start", f"{D}mock.patch.object(d, 'f', g).start()", f"{D}@mock.patch.object(d, 'f', g)\ndef test(): pass"),
    ("os._exit", "import os\ndef test_f():\n    os._exit(0)", "import os\nos.getpid()"),
    ("sys.exit", "import sys\nsys.exit(0)", "import pytest\npytest.raises(SystemExit)"),
    ("sys.exit", "import sys\ndef main():\n    sys.exit(0)", "if __name__ == '__main__':\n    raise SystemExit(1)"),
    ("_getframe", "import sys\nsys._getframe()", "import sys\nsys.version"),
    ("_pytest", "from _pytest.monkeypatch import MonkeyPatch", "from pytest import MonkeyPatch"),
    ("gc", "import gc", "class A:\n    def __eq__(self, o):\n        return True"),
    ("ctypes", "import ctypes", "import inspect\ninspect.stack()"),
    ("/proc/", "open('/proc/self/mem')", "x = 'PYTEST_CURRENT_TEST'"),
]


@pytest.mark.parametrize(("name", "bad", "good"), TESTS)
def test_tests_that_could_speak_for_others(name: str, bad: str, good: str) -> None:
    assert f"(`{name}`)" in found(bad, path="tests/test_d.py", test=True)
    assert found(good, path="tests/test_d.py", test=True) == ""


def test_a_reason_is_a_sentence_that_names_the_file() -> None:
    assert found("import _pytest\n") == "`tempo/d.py` reaches into pytest (`_pytest`)"


def test_what_stood_there_before_is_no_reason_and_more_of_it_is() -> None:
    before = "import sys\n\ndef here():\n    return sys._getframe(1)\n"
    assert found(before + "\nx = 1\n", before=before) == ""
    assert "_getframe" in found(before + "\nsys._getframe(2)\n", before=before)
    assert "sys.exit" in found("import sys\nsys.exit()\n", before="import sys\ndef main():\n    sys.exit()\n")


@pytest.mark.parametrize("path", ["tempo/__main__.py", "tempo/cli.py"])
def test_programs_may_exit_but_not_at_once(path: str) -> None:
    assert found("import sys\ndef stop():\n    sys.exit(1)\n", path=path) == ""
    assert "os._exit" in found("import os\nos._exit(1)\n", path=path)


def test_what_runs_before_main_does_may_not_exit() -> None:
    assert "sys.exit" in found("import sys\ndef main(code=sys.exit(0)):\n    pass\n")


def test_only_python_that_stays_is_read() -> None:
    assert found(None, before="import gc\n") == ""
    assert found("import gc\n", path="README.md") == ""


@pytest.mark.parametrize("source", ["def f(:", "x = '\0'", "(" * 5000, "-" * 100_000 + "1"])
def test_what_is_no_python_is_one_reason(source: str) -> None:
    assert found(source) == "`tempo/d.py` cannot be read as Python"


@given(st.text(alphabet="abc._=()[]'\"\n :@lambda import sys", max_size=80), st.booleans())
def test_nothing_raises(source: str, test: bool) -> None:
    found(source, before=source[::2], test=test)


@pytest.mark.parametrize("part", ["x = a" + ".b" * 300 + "\n", "import sys as x\nx.a.b = x.c\n", "'_pytest' + \\\n1\n"])
def test_time_grows_with_the_length_alone(part: str) -> None:
    source = part * (200_000 // len(part))
    began = time.process_time()
    found(source)
    assert time.process_time() - began < 10


STEERING = """
evil.dist-info/entry_points.txt src/evil.egg-info/PKG-INFO hatch_build.py .ci/run.sh lib/pytest.py
vendor/_pytest/python.py lib/pluggy/__init__.py .kiro/steering/a.md .agents/a.md copilot-setup-steps.yml Makefile
"""


@pytest.mark.parametrize("path", STEERING.split())
def test_paths_that_steer_the_tests_are_protected(path: str) -> None:
    assert "protected" in refused_paths([path], RepositorySettings())[0]


@pytest.mark.parametrize(
    "path", ["ci/run.py", "tempo/test_pytest.py", "docs/makefiles.md", "tempo/agents/a.py", "docs/pytest/a.md"]
)
def test_paths_that_look_like_it_are_free(path: str) -> None:
    assert refused_paths([path], RepositorySettings()) == []
