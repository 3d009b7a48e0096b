"""What an X account must be told: an app's keys, and the tokens of the account it speaks for."""

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.guards import refuse_weak
from connectors.setting_types import WebAddress

OFFICIAL = "https://api.twitter.com"
"""The name tweepy signs requests for (OAuth 1.0a signs the host, too), so no other name of X's will do."""
_TOKEN = re.compile(r"[0-9]{1,19}-[A-Za-z0-9]+")
_SHORTEST = 10


class XSettings(BaseModel):
    """One account on X. Refuses empty and placeholder secrets: the consumer secret proves webhook calls.
    Its errors never repeat what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    consumer_key: SecretStr = Field(description="the app's API key")
    consumer_secret: SecretStr = Field(description="the app's API key secret; proves webhook calls, too")
    access_token: SecretStr = Field(
        description="the account's access token; begins with the account's number"
    )
    access_token_secret: SecretStr = Field(description="its secret")
    poll_mentions: bool = Field(default=True, description="ask for posts that mention the account")
    poll_messages: bool = Field(default=True, description="ask for direct messages")
    first_hours: int = Field(
        default=24, ge=1, le=720, description="how far back the very first poll reaches, in hours"
    )
    overlap_minutes: int = Field(
        default=120, ge=10, le=1440, description="how far back each look for late ones reaches, in minutes"
    )
    invite_in_public: bool = Field(
        default=True, description="answer mentions in public, asking for a direct message"
    )
    base_url: WebAddress = Field(default=OFFICIAL, description=f"a gateway that forwards to {OFFICIAL}")
    timeout_seconds: float = Field(default=10, gt=0, le=60, description="how long one call may take")

    @field_validator("consumer_key", "consumer_secret", "access_token_secret")
    @classmethod
    def _real(cls, value: SecretStr) -> SecretStr:
        refuse_weak(value, shortest=_SHORTEST)
        if not value.get_secret_value().isascii():
            raise ValueError("holds letters that no key of X's has")
        return value

    @field_validator("access_token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is no access token: the account's number, a dash, letters and digits")
        return value

    @model_validator(mode="after")
    def _signed_name(self) -> Self:
        if self.base_url.casefold() in ("https://api.x.com", "http://api.x.com"):
            raise ValueError(f"base_url must be {OFFICIAL}: requests are signed for that name")
        return self

    @property
    def user_id(self) -> str:
        """The account's own number, which its access token begins with."""
        return self.access_token.get_secret_value().partition("-")[0]

    @property
    def polls(self) -> bool:
        """Whether anything is asked for, beside being called."""
        return self.poll_mentions or self.poll_messages
