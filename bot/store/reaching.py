"""Reaching: how a PostgreSQL is reached, so that neither end waits long for one that is gone without a word.

Whoever is cut off from the other gets no answer and no error: for that TCP by itself takes a quarter of an hour where
something was sent, and two hours where not. The engine's own connections are reached like ours.
"""

from collections.abc import Callable
from typing import Any

import psycopg
import sqlalchemy as sa

#: Seconds to wait for a connection.
CONNECT_SECONDS = 10

#: Seconds to wait for the answer to a statement. A server that hangs, or a proxy before it, acknowledges on all levels
#: below; and a connection may be the only one that hangs.
ANSWER_SECONDS = 60.0

#: Of our end. A database may have been made for ASCII alone: there the driver gives bytes for text unless it is told,
#: and the server keeps our UTF-8 as it comes. The last one is what is looked for where several hosts are named, and it
#: refuses a standby: records belong on the primary.
#: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
OURS = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "client_encoding": "utf8",
    "target_session_attrs": "read-write",
}

#: Of the server's end, for this connection alone: else it keeps those of a machine that is gone for hours, and allows
#: only so many. https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP
THEIRS = {
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
}


def reaching(url: str) -> sa.URL:
    """The URL of a PostgreSQL with all of `OURS` that it does not say itself."""
    parsed = sa.engine.make_url(url)
    missing = {name: str(value) for name, value in OURS.items() if name not in parsed.query}
    return parsed.update_query_dict(missing)


def _connected(connection: Any, _: Any) -> None:
    """Tell the server. No option of the connection's beginning: not every proxy passes those on."""
    connection.wait = _bounded(connection, connection.wait)
    settings = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in THEIRS.items())
    with connection.cursor() as cursor:
        cursor.execute(f"select {settings}")
    connection.commit()


def _bounded(connection: psycopg.Connection[Any], wait: Callable[..., Any]) -> Callable[..., Any]:
    """The driver's way to wait for an answer, with an end; who listens for notifications says himself how long."""

    def bounded(asked: Any, *arguments: Any, **named: Any) -> Any:
        if "timeout" in named:
            return wait(asked, *arguments, **named)
        try:
            return wait(asked, *arguments, timeout=ANSWER_SECONDS, **named)
        except psycopg.errors._WaitTimeout as error:
            connection.close()
            raise psycopg.OperationalError(f"the server did not answer within {ANSWER_SECONDS:.0f} seconds") from error

    return bounded


#: For `sqlalchemy.create_engine`.
POOL_EVENTS = [(_connected, "connect")]
