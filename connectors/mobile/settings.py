"""What the account of our own interfaces must be told: above all, who may call."""

import re
from collections.abc import Mapping
from ipaddress import ip_network

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.guards import refuse_weak, same

SHORTEST_KEY = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|[a-z][a-z0-9+.-]*://localhost")


class MobileSettings(BaseModel):
    """Who may call and from where. Errors never repeat a key."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    app_keys: SecretStr = Field(
        default=SecretStr(""),
        description="name:key pairs, separated by spaces, keys of 32 random characters or more; nobody may "
        "call while empty. Two names for one app let its key be changed without a break",
    )
    origins: tuple[str, ...] = Field(
        default=(), description="web pages that may call, as https://harita.ornek.bel.tr; apps need none"
    )
    jurisdiction_id: str = Field(default="", description="the only one that Open311 clients may name")
    photo_networks: tuple[str, ...] = Field(
        default=(),
        description="private networks from which a media_url may be fetched, as 10.1.2.0/24; no other",
    )
    posts_in_ten_minutes: int = Field(
        default=600, ge=1, description="how many Open311 posts one app key may send in ten minutes"
    )
    timeout_seconds: float = Field(default=15.0, ge=1.0, le=60.0, description="for fetching one photo")

    @field_validator("app_keys")
    @classmethod
    def _named_and_strong(cls, value: SecretStr) -> SecretStr:
        seen: set[str] = set()
        for pair in value.get_secret_value().split():
            name, colon, key = pair.partition(":")
            if not colon or not _NAME.fullmatch(name):
                raise ValueError("each key needs a name before it, small letters and digits: name:key")
            if name in seen:
                raise ValueError(f"{name} names two keys; a second key of one app takes a second name")
            seen.add(name)
            refuse_weak(key, shortest=SHORTEST_KEY)
        return value

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin; write https://host, without a path")
        return value

    @field_validator("photo_networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network)
        return value

    @property
    def keys(self) -> Mapping[str, str]:
        """Every key by its name."""
        pairs = (pair.partition(":") for pair in self.app_keys.get_secret_value().split())
        return {name: key for name, _, key in pairs}

    def caller(self, given: str) -> str | None:
        """The name of the key, or None; every key is compared, so that time tells nothing."""
        met = [name for name, key in self.keys.items() if same(given, key)]
        return met[0] if met else None
