"""Workers: processes of pytest-xdist, given what lets them say what a test raised. Runs inside the room.

Workers send their reports to the main process, which tells them. A report holds the text of a failure, but not
what was raised; so each worker gets a plugin that adds it. Nothing of ours can be imported there: the plugin is
sent as text, over the same channel as pytest-xdist's own code (https://execnet.readthedocs.io/en/latest/basics.html).
"""

import sys
from pathlib import Path
from typing import Any

from sandbox.inside import idle_options, raised
from sandbox.inside.reporter import Hooks

#: Runs in a worker before anything of pytest is imported there: first the pytest that the main process has, then
#: whatever the main process can import.
INSTALL = """
import os, sys, types
name, sources, first, path = channel.receive()
sys.path[:] = [first, *sys.path]
import pytest
sys.path[:] = path
module = types.ModuleType(name, "PYTEST_DONT_REWRITE")
for source in sources:
    exec(compile(source, name, "exec"), vars(module))
vars(module).update(module.worker_hooks())
module.pytest_load_initial_conftests = module.idle_hook()
sys.modules[name] = module
os.environ["PYTEST_PLUGINS"] = name
"""
NAME = "what_was_raised"


def worker_hooks() -> Hooks:
    """The plugin that prepares each worker when it has been started."""
    import pytest

    sources = [Path(path).read_text() for path in (raised.__file__, idle_options.__file__)]
    first = str(Path(pytest.__file__).parents[1])

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_xdist_newgateway(gateway: Any) -> None:
        channel = gateway.remote_exec(INSTALL)
        channel.send((NAME, sources, first, sys.path))
        channel.waitclose(60)

    return Hooks(pytest_xdist_newgateway)
