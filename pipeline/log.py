"""Structured logs: one line an event, JSON in production, never a citizen's words or address at INFO."""

import logging
import sys
from contextlib import AbstractContextManager
from typing import Any, Protocol

import structlog

from config.settings import Settings


class Traced(Protocol):
    """What belongs to one delivery."""

    @property
    def id(self) -> int:
        """The message's key."""
        ...

    @property
    def correlation_id(self) -> str:
        """The same from the connector to the last notification."""
        ...


def configure(settings: Settings) -> None:
    """Set logging up for this process; libraries' own logs go the same way."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if settings.development
        else structlog.processors.JSONRenderer()
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    # These print requests, and with them addresses and tokens, or every look at the schema.
    for noisy in ("twilio", "httpx", "httpcore", "imapclient", "urllib3", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get_logger(name: str) -> Any:
    """A structured logger."""
    return structlog.stdlib.get_logger(name)


def speaking_of(message: Traced) -> AbstractContextManager[None]:
    """Have every line that is logged meanwhile, by whatever module, name this message and its correlation
    id."""
    return structlog.contextvars.bound_contextvars(
        message_id=message.id, correlation_id=message.correlation_id
    )


def speaking_of_notice(notice: Traced) -> AbstractContextManager[None]:
    """The same for a notice: from here on its lines carry the id its message came with."""
    return structlog.contextvars.bound_contextvars(notice_id=notice.id, correlation_id=notice.correlation_id)
