"""JSON only: a row of the database that claims to be a pickle is refused, and never loaded.

DBOS loads whatever a row says it is, whichever serializer was chosen. Loading a pickle runs code of its author, so
whoever could write one row would own every process that reads it. https://docs.python.org/3/library/pickle.html
"""

import base64
from typing import NoReturn

from dbos import DBOSPortableJSONSerializer, _serialization

#: A pickle of None, as DBOS would store it: harmless if it should be loaded all the same.
_HARMLESS = base64.b64encode(b"\x80\x04N.").decode()


class PickleRefused(Exception):
    """Something claims to be a pickle."""


def refuse_pickles() -> None:
    """Take the pickles away from DBOS, in this process, for good. Call it before the database is opened.

    The class is changed, and not one object of it: DBOS makes them in several places.

    Raises:
        RuntimeError: this version of DBOS loads pickles somewhere else.
    """
    setattr(_serialization.DefaultSerializer, "serialize", _as_text)  # noqa: B010  (mypy refuses the assignment)
    setattr(_serialization.DefaultSerializer, "deserialize", _refuse)  # noqa: B010  (likewise)
    json = DBOSPortableJSONSerializer()
    for read in (
        _serialization.deserialize_value,
        _serialization.deserialize_args,
        _serialization.deserialize_exception,
    ):
        try:
            read(_HARMLESS, "py_pickle", json)
        except PickleRefused:
            continue
        raise RuntimeError(f"This version of DBOS reads pickles in {read.__name__}; bot/engine/json_only.py must know.")


def _as_text(_: object, data: object) -> str:
    """For a job whose row claims it: the error that ends it must be written, or it would be tried for ever."""
    return DBOSPortableJSONSerializer().serialize(str(data))


def _refuse(*_: object) -> NoReturn:
    raise PickleRefused("A row of the database claims to be a pickle. Only JSON is read; somebody else wrote that row.")
