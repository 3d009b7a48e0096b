"""Turns the database's own errors into the desk's: nobody above this package knows SQLAlchemy's."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from domain.errors import ConnectionFailedError


class DatabaseAwayError(ConnectionFailedError):
    """The desk's own database could not be reached, or broke off: no fault of any account's."""


_BARE = (psycopg.OperationalError, psycopg.InterfaceError)
"""What COPY raises: it goes past SQLAlchemy."""


@contextmanager
def database_errors() -> Iterator[None]:
    """Raise DatabaseAwayError for a database that is out of reach, busy or shutting down.

    A statement the database refuses for what it says stays what it is: that is a fault of ours.
    """
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError, *_BARE) as error:
        raise DatabaseAwayError(f"the database failed: {error}".splitlines()[0]) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise DatabaseAwayError("the database closed the connection") from error
