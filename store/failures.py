"""Turns the database's own errors into the desk's: nobody above this package knows SQLAlchemy's."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from domain.errors import ConnectionFailedError


class DatabaseAwayError(ConnectionFailedError):
    """The desk's own database could not be reached, or broke off: no fault of any account's."""


_BARE = (psycopg.OperationalError, psycopg.InterfaceError)
"""What COPY raises: it goes past SQLAlchemy."""
_LIMIT_EXCEEDED = "54"
"""SQLSTATE class of what is too long or too complex for the server; psycopg calls it operational.
PostgreSQL, appendix A."""


_ONLY_READS = "25006"
"""SQLSTATE of a server that takes no words for a while: its disk is full, or a replica is on its way."""


@contextmanager
def database_errors() -> Iterator[None]:
    """Raise DatabaseAwayError for a database that is out of reach, busy, shutting down or only reads.

    A statement the database refuses for what it says stays what it is: that is a fault of ours.
    """
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError, *_BARE) as error:
        if (sqlstate(error) or "").startswith(_LIMIT_EXCEEDED):
            raise
        raise DatabaseAwayError(f"the database failed: {error}".splitlines()[0]) from error
    except (DBAPIError, psycopg.Error) as error:
        if sqlstate(error) == _ONLY_READS:
            raise DatabaseAwayError("the database only reads") from error
        if not (isinstance(error, DBAPIError) and error.connection_invalidated):
            raise
        raise DatabaseAwayError("the database closed the connection") from error


def sqlstate(error: BaseException) -> str | None:
    """The five letters by which PostgreSQL tells what it refused, or None when it did not say."""
    found = error.orig if isinstance(error, DBAPIError) else error
    return found.sqlstate if isinstance(found, psycopg.Error) else None


@contextmanager
def without_values() -> Iterator[None]:
    """Take citizens' words out of the errors of a statement that goes past SQLAlchemy."""
    try:
        yield
    except psycopg.Error as error:
        _strip(error)
        raise


def strip_values(context: ExceptionContext) -> None:
    """Take citizens' words out of an error of SQLAlchemy's, as its event `handle_error`."""
    if isinstance(context.original_exception, psycopg.Error):
        _strip(context.original_exception)
        if context.sqlalchemy_exception is not None and context.original_exception.sqlstate:
            context.sqlalchemy_exception.args = context.original_exception.args


def _strip(error: psycopg.Error) -> None:
    # The server's text quotes rows (`Key (urn)=(tel:...) already exists`) and would end up in logs and in
    # quarantine. Without a SQLSTATE it is the client library's own: which host did not answer.
    if error.sqlstate:
        error.args = (f"{type(error).__name__} (SQLSTATE {error.sqlstate})",)
