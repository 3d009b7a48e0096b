"""Brings a database to this program's schema."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from domain.errors import ConnectionFailedError, NotConfiguredError
from store.engine import make_engine
from store.failures import database_errors, sqlstate

FOLDER = Path(__file__).parent / "migrations"
_LOCKED = "55P03"
"""SQLSTATE of a lock that was not to be had in time."""
_ALONE = text("SELECT pg_try_advisory_lock(hashtext('beyazmasa migrate'))")
_AGAIN_SECONDS = 0.5


class TableInUseError(ConnectionFailedError):
    """Somebody held a table for too long, a dump for instance; what was migrated before stays."""


class NewerSchemaError(NotConfiguredError):
    """A newer program has migrated the database."""


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url
    return config


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Enter when no other host migrates this database; until then, wait. Raises ConnectionFailedError."""
    engine = make_engine(url)
    try:
        with _connected(engine) as connection:
            # Asked again and again: a statement that waits holds up indexes that are built CONCURRENTLY.
            while not connection.scalar(_ALONE):
                time.sleep(_AGAIN_SECONDS)
            yield
    finally:
        engine.dispose()


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    except OperationalError as error:
        raise ConnectionFailedError(f"the database cannot be reached: {error.orig}") from error


def upgrade(url: str) -> None:
    """Migrate the database to the newest revision. Raises ConnectionFailedError when it is out of reach,
    TableInUseError, and NewerSchemaError."""
    try:
        command.upgrade(_config(url), "head")
    except OperationalError as error:
        if sqlstate(error) == _LOCKED:
            raise TableInUseError("somebody holds a table that is to be migrated") from error
        raise ConnectionFailedError(f"the database cannot be reached: {error.orig}") from error
    except CommandError as error:
        raise NewerSchemaError(f"the database's schema is unknown: {error}") from error


def is_current(engine: Engine) -> bool:
    """Whether the database has this program's schema. Raises ConnectionFailedError."""
    heads = ScriptDirectory(str(FOLDER)).get_heads()
    with database_errors(), engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def check(url: str) -> None:
    """Raise when the models say something that no migration does."""
    command.check(_config(url))


def revise(url: str, message: str) -> None:
    """Write a new migration from the difference between the models and the database."""
    command.revision(_config(url), message=message, autogenerate=True)
