"""Failing over: a PostgreSQL, a standby of it that can take its place, and what lies between the two."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.engine.postgresql import _run, _somebody, postgresql, start, stop
from tests.machines.relay import Relay

PORT = 5432


@dataclass
class Pair:
    """Two servers.

    Attributes:
        primary: URL.
        standby: URL.
        stream: what the standby gets comes this way.
        way: who comes this way finds the one that is in charge.
    """

    primary: str
    standby: str
    stream: Relay
    way: Relay

    def url(self, database: str) -> str:
        """Of a database of whichever server is in charge."""
        return f"postgresql://tester@127.0.0.1:{self.way.port}/{database}"

    def wait(self, *, synchronous: bool) -> None:
        """Until the standby has everything."""
        state = "sync" if synchronous else "async"
        query = b"select 1 from pg_stat_replication where sync_state = %s and replay_lsn = pg_current_wal_lsn()"
        with psycopg.connect(self.primary, autocommit=True) as connection:
            deadline = time.monotonic() + 30
            while not connection.execute(query, [state]).fetchone():
                assert time.monotonic() < deadline, "the standby does not follow"
                time.sleep(0.05)

    def fail_over(self) -> None:
        """The primary is gone, and the standby takes its place."""
        self.stream.cut()
        stop(self.primary)
        self.stream.pass_on()  # a standby that waits for an answer of the old one takes nobody's place
        user = _somebody() if os.getuid() == 0 else None
        _run(user, "pg_ctl", "-D", f"{_folder(self.standby)}/data", "-w", "promote")
        self.way.redirect(socket_of(self.standby))
        self.way.cut()


@contextmanager
def failing_over(*, synchronous: bool) -> Iterator[Pair]:
    """Both of them; with a `synchronous` standby, the primary answers "committed" when that has it, too."""
    user = _somebody() if os.getuid() == 0 else None
    with postgresql() as primary, tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        if user:
            subprocess.run(["chown", user, folder], check=True)
        with Relay(socket_of(primary)) as stream, Relay(socket_of(primary)) as way:
            source = f"host=127.0.0.1 port={stream.port} user=tester application_name=standby"
            _run(user, "pg_basebackup", "-D", f"{folder}/data", "-d", source, "-R", "-X", "stream", "-c", "fast")
            standby = f"postgresql://tester@/postgres?host={folder}"
            start(standby)
            try:
                pair = Pair(primary, standby, stream, way)
                if synchronous:
                    with psycopg.connect(primary, autocommit=True) as connection:
                        connection.execute("alter system set synchronous_standby_names = 'standby'")
                        connection.execute("select pg_reload_conf()")
                pair.wait(synchronous=synchronous)
                yield pair
            finally:
                stop(standby)


def socket_of(url: str) -> Path:
    """Of the server of this URL."""
    return Path(_folder(url)) / f".s.PGSQL.{PORT}"


def _folder(url: str) -> str:
    return url.partition("host=")[2]
