"""Web: the part of the service that only takes in. It needs no model, no sandbox, no key, and no engine."""

import threading

import sqlalchemy as sa

from bot.errors import ConfigurationError
from bot.server.health import Health, Part, Report
from bot.store.database import Database
from bot.store.inbox import Inbox, Letter
from bot.store.postbox import Postbox
from bot.store.schema import touch_schema
from bot.store.tables import make_tables


class Web:
    """Stores deliveries, which a process of another role takes up.

    Args:
        database: a PostgreSQL.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._inbox = database, Inbox(database)
        self._postbox = Postbox(self._inbox.add)
        self.health = Health({"database": self._look}, frozenset({"database"}))
        self.lost = threading.Event()  # never set: what is stored here belongs to nobody

    def launch(self) -> None:
        """Make the tables. Raises ConfigurationError: the database can't be opened, or is a newer version's."""
        try:
            make_tables(self._database)
        except sa.exc.SQLAlchemyError as error:
            raise ConfigurationError(f"DATABASE_URL can't be opened: {str(error).splitlines()[0]}") from error

    def close(self) -> None:
        """Take nothing more in."""
        self.health.close()
        self._postbox.close()
        self._inbox.close()

    async def store(self, letter: Letter) -> bool:
        """Store a letter; when this returns it survives a crash. Whether it is new. Raises Away."""
        return await self._postbox.put(letter)

    async def healthy(self) -> Report:
        """Whether deliveries can be stored; takes two seconds at most."""
        return await self.health.answer()

    def _look(self) -> Part:
        with self._database.at_once() as connection:
            touch_schema(connection)  # that it can be read says nothing of whether a delivery can be stored
        return Part(told={"waiting": self._inbox.waiting()})
