"""Options: what a repository's settings say about how its tests run, held to what a room can do and we can read.

Runs inside the room. Everything here comes after the repository's `addopts`, which therefore can't undo it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox.inside.idle_options import idle_hook
from sandbox.inside.reporter import Hooks

if TYPE_CHECKING:
    import pytest  # at run time it is imported late: which pytest it is has to be decided first

#: Modes in which pytest does not run each test once.
MODES = ("stepwise", "stepwise_skip", "usepdb", "trace", "looponfail", "setuponly", "setupplan")


def option_hooks(*, collect_only: bool, workers: int | None, most: int) -> Hooks:
    """The plugin that settles the options.

    Args:
        collect_only: whether the tests are only found, whatever the repository's settings say.
        workers: processes of pytest-xdist that somebody asked for; None for what the repository's settings say.
        most: processes that the room has processors for.
    """
    import pytest

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_cmdline_main(config: "pytest.Config") -> Iterator[None]:
        """Before anything is configured, pytest-xdist included."""
        option = config.option
        option.collectonly = collect_only
        for mode in MODES:
            if hasattr(option, mode):
                setattr(option, mode, False)
        if getattr(option, "randomly_seed", None) == "default":
            option.randomly_seed = 0  # pytest-randomly: the same order each time
        settle_workers(option, workers, most)
        yield

    @pytest.hookimpl(trylast=True)
    def pytest_configure(config: "pytest.Config") -> None:
        """What orders tests by earlier runs leaves: there are none, and nothing is to be written at the end."""
        for plugin in ("lfplugin", "nfplugin"):
            if config.pluginmanager.has_plugin(plugin):
                config.pluginmanager.unregister(name=plugin)

    return Hooks(idle_hook(), pytest_cmdline_main, pytest_configure)


def settle_workers(option: Any, workers: int | None, most: int) -> None:
    """As many processes as asked for, no more than the room has processors; one is none, and costs less.

    pytest-xdist makes of `numprocesses` what else it needs: https://pytest-xdist.readthedocs.io/en/stable/how-it-works.html
    """
    if not hasattr(option, "numprocesses"):
        return  # pytest-xdist is not there
    asked = option.numprocesses if workers is None else workers
    if asked is None and not option.tx:
        return
    number = most if asked is None or isinstance(asked, str) else min(asked, most)
    option.numprocesses = number if number > 1 else 0
