"""The connection pool of a process."""

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import ConnectionFailedError
from store.failures import DatabaseAwayError, database_errors, strip_values

__all__ = ["Engine", "answers", "make_engine", "require_writes"]


STATEMENT_SECONDS = 60
"""No statement of a step takes a second; one that takes this long has lost its way, and holds locks."""


def make_engine(url: str, *, pool_size: int = 5, statement_seconds: int = STATEMENT_SECONDS) -> Engine:
    """A pool on PostgreSQL through psycopg 3. Nothing connects before it is used; a dead connection is
    noticed before it is handed out, and every wait has an end. A statement may take `statement_seconds`,
    or as long as it likes with 0, as migrations of large tables must."""
    engine = create_engine(  # parameters are citizens' words: errors, and so logs, leave them out
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 25_000,
            "options": "-c timezone=UTC -c lock_timeout=20s -c idle_in_transaction_session_timeout=300s"
            f" -c statement_timeout={statement_seconds}s",
        },
    )
    event.listen(engine, "handle_error", strip_values)
    return engine


def answers(engine: Engine) -> bool:
    """Whether the database takes statements that write right now, and answers. Never raises for its
    failures."""
    try:
        require_writes(engine)
    except (ConnectionFailedError, SQLAlchemyError):
        return False
    return True


def require_writes(engine: Engine) -> None:
    """Return when the database takes statements that write. Raises ConnectionFailedError."""
    with database_errors(), engine.connect() as connection:
        if connection.scalar(text("SHOW transaction_read_only")) != "off":
            raise DatabaseAwayError("the database only reads")
