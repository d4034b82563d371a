"""A PostgreSQL of the tests' own, where the machine has its programs: a folder, a socket in it, and no port."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAMS = ("initdb", "pg_ctl")
#: Debian's packages leave them out of PATH.
PLACES = os.pathsep.join([os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))])
MISSING = "no PostgreSQL: there is no initdb or pg_ctl (apt install postgresql)"


def there() -> bool:
    """Whether a server can be started here."""
    found = all(shutil.which(program, path=PLACES) for program in PROGRAMS)
    return found and (os.getuid() != 0 or _somebody() is not None)


def do_without() -> None:
    """Skip a test that has no PostgreSQL, loudly; in CI it fails."""
    if os.environ.get("CI"):
        pytest.fail(f"CI needs PostgreSQL: {MISSING}", pytrace=False)
    pytest.skip(f"NOT TESTED, {MISSING}")


@contextmanager
def postgresql(*, fsync: bool = False) -> Iterator[str]:
    """The URL of a fresh server, which is gone afterwards. With `fsync` it survives a loss of power, and is slower."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        data, user = Path(folder) / "data", _somebody() if os.getuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        _run(user, "initdb", "-D", str(data), "-U", "tester", "-A", "trust", "--no-sync")
        url = f"postgresql://tester@/postgres?host={folder}"
        start(url, fsync=fsync)
        try:
            yield url
        finally:
            stop(url)


def start(url: str, *, fsync: bool = False) -> None:
    """Start the server of this URL again."""
    folder = url.partition("host=")[2]
    options = f"-k {folder} -c listen_addresses= -c fsync={'on' if fsync else 'off'}"
    user = _somebody() if os.getuid() == 0 else None
    _run(user, "pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-t", "60", "-o", options, "start")


def stop(url: str) -> None:
    """Take it away, as a crash does; one that is away already stays so."""
    if not Path(url.partition("host=")[2], "data", "postmaster.pid").exists():
        return
    user = _somebody() if os.getuid() == 0 else None
    _run(user, "pg_ctl", "-D", f"{url.partition('host=')[2]}/data", "-m", "immediate", "stop")


def _somebody() -> str | None:
    """Whom root may be instead: the server refuses to run as root."""
    import pwd

    names = [entry.pw_name for entry in pwd.getpwall()]
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _run(user: str | None, *command: str) -> None:
    program = shutil.which(command[0], path=PLACES) or command[0]
    subprocess.run([program, *command[1:]], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, timeout=120)
