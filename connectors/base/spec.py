"""How a connector is built, and what the registry knows of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from connectors.base.powers import Parsing
from domain.vocabulary import Channel


@dataclass(frozen=True, kw_only=True)
class ConnectorContext:
    """What a connector is built from.

    `settings` is its validated model (secrets are `SecretStr`); `public_url` is where this account's webhook
    is reached from outside, as configured, never as a request claims; `instance` identifies this desk in loop
    headers and `token_key` signs and checks its thread tokens.
    """

    account_id: int
    name: str
    settings: Any
    now: Callable[[], datetime]
    public_url: str = ""
    instance: str = "beyazmasa"
    token_key: bytes = b""


@dataclass(frozen=True, kw_only=True)
class ConnectorSpec:
    """One line of the registry: how to build a channel's connector and what it must be told.

    `build(context)` returns an object with one or more of the powers above. Settings fields of type
    `SecretStr` are encrypted at rest and never shown. `credential_ends(cursor)` is when an account's
    credential ends, as far as its connector noted it there; None for never, and where that is not known.
    """

    channel: Channel
    settings: type[BaseModel]
    build: Callable[[ConnectorContext], object]
    parser: Callable[[], Parsing]
    polls: Callable[[Any], bool] = field(default=lambda settings: False)
    wait_seconds: float = 60.0
    deadline_seconds: float = 120.0
    credential_ends: Callable[[str], datetime | None] = field(default=lambda cursor: None)
