"""A PostgreSQL of the tests' own, where the machine has its programs: a folder, a socket in it, and no port."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("initdb", "pg_ctl")


def there() -> bool:
    """Whether a server can be started here."""
    return all(shutil.which(program) for program in PROGRAMS) and (os.getuid() != 0 or _somebody() is not None)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a fresh server, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        data, user = Path(folder) / "data", _somebody() if os.getuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        _run(user, "initdb", "-D", str(data), "-U", "tester", "-A", "trust", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        _run(user, "pg_ctl", "-D", str(data), "-l", f"{folder}/log", "-w", "-t", "60", "-o", options, "start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}"
        finally:
            _run(user, "pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def _somebody() -> str | None:
    """Whom root may be instead: the server refuses to run as root."""
    import pwd

    names = [entry.pw_name for entry in pwd.getpwall()]
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _run(user: str | None, *command: str) -> None:
    subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, timeout=120)
