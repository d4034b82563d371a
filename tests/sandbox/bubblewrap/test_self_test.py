"""The self-test: it passes where promises are kept, and names the one that is not."""

import pytest

from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.self_test import promises, self_test

KEPT = {
    "user": 10001,
    "rights": 0,
    "no_new_rights": "1",
    "filter": "2",
    "namespaces": False,
    "kernel_settings": False,
    "interfaces": ["lo"],
    "network": False,
    "seen": [],
    "written": [],
    "files": 100,
    "processes": 2,
}


@pytest.mark.bubblewrap
def test_it_passes_here_and_tells_what_it_found(kept: BubblewrapSandbox) -> None:
    version, user, memory = self_test(kept)

    assert version.startswith(f"bubblewrap {kept.programs.version}, Python 3.")
    assert "user" in user
    assert memory == ("the kernel limits memory" if kept.has_kernel_limits else "a watchdog limits memory")


@pytest.mark.parametrize(
    ("what", "seen", "words"),
    [
        ("user", 0, "code is root there"),
        ("rights", 0x200000, "code has rights there"),
        ("no_new_rights", "0", "code has rights there"),
        ("filter", "0", "system calls are not filtered"),
        ("namespaces", True, "code can make namespaces"),
        ("kernel_settings", True, "code can change kernel settings"),
        ("interfaces", ["lo", "eth0"], "there is a network"),
        ("network", True, "there is a network"),
        ("seen", ["/root"], "this machine's files are seen: ['/root']"),
        ("written", ["/usr"], "more than the workspace can be written: ['/usr']"),
        ("files", 0, "the number of files has no limit"),
        ("files", 3_000_000, "the number of files has no limit"),
        ("processes", 90, "other processes are seen"),
    ],
)
def test_a_promise_that_is_not_kept_is_named(what: str, seen: object, words: str) -> None:
    told = promises(KEPT | {what: seen})

    assert [name for name, holds in told.items() if not holds] == [words]
    assert all(promises(KEPT).values())
