"""Brings a database to this program's schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from domain.errors import ConnectionFailedError
from store.failures import database_errors

FOLDER = Path(__file__).parent / "migrations"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Migrate the database to the newest revision. Raises ConnectionFailedError when it is out of reach."""
    try:
        command.upgrade(_config(url), "head")
    except OperationalError as error:
        raise ConnectionFailedError(f"the database cannot be reached: {error.orig}") from error


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
