"""Reaching: how a PostgreSQL is reached, so that neither end waits long for one that is gone without a word.

Whoever is cut off from the other gets no answer and no error: for that TCP by itself takes a quarter of an hour where
something was sent, and two hours where not. The engine's own connections are reached like ours.
"""

from typing import Any

import sqlalchemy as sa

#: Seconds to wait for a connection.
CONNECT_SECONDS = 10

#: Of our end. The last one is what is looked for where several hosts are named, and it refuses a standby: records
#: belong on the primary. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
OURS = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
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
    settings = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in THEIRS.items())
    with connection.cursor() as cursor:
        cursor.execute(f"select {settings}")
    connection.commit()


#: For `sqlalchemy.create_engine`.
POOL_EVENTS = [(_connected, "connect")]
