"""A PostgreSQL for the tests of one worker."""

from collections.abc import Iterator

import pytest

from tests.engine.postgresql import do_without, postgresql, there


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a PostgreSQL server."""
    if not there():
        do_without()
    with postgresql() as url:
        yield url
