"""What a Facebook account must be told: one page, and the app that reads it."""

import re

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.guards import refuse_weak
from connectors.setting_types import WebAddress

OFFICIAL = "https://graph.facebook.com"
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_SHORTEST_SECRET = 16


class FacebookSettings(BaseModel):
    """One page. Refuses empty and weak secrets: without them anybody could speak for a citizen (W2, F1). Its
    errors never repeat what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    page_id: str = Field(pattern=r"^[0-9]{1,32}$", description="the page's number")
    app_id: str = Field(pattern=r"^[0-9]{1,32}$", description="the app's number, App settings, Basic")
    access_token: SecretStr = Field(description="the page's access token, best one that never expires")
    app_secret: SecretStr = Field(description="the app's secret; signs webhook calls and proves ours")
    verify_token: SecretStr = Field(description="made up by you, long and random; pasted at Meta too")
    graph_version: str = Field(
        default="v25.0", pattern=r"^v[0-9]{2}[.][0-9]$", description="version of the Graph API"
    )
    base_url: WebAddress = Field(default=OFFICIAL, description="the Graph API, or a gateway before it")
    timeout_seconds: float = Field(default=10, gt=0, le=60, description="how long one call may take")
    message_tag: str = Field(
        default="",
        pattern=r"^[A-Z_]{0,40}$",
        description="tag for texts after 24 hours, if Meta granted the page one; by other ways when empty",
    )
    invite_in_public: bool = Field(
        default=True, description="answer comments and posts in public, asking for a private message"
    )
    poll_feed: bool = Field(default=True, description="read comments and visitors' posts")
    first_poll_hours: int = Field(default=24, ge=0, description="how far back the first poll looks")
    poll_overlap_minutes: int = Field(default=60, ge=1, description="how much each poll looks again")
    comment_days: int = Field(
        default=14, ge=1, le=400, description="how old a post may be whose comments are asked for"
    )

    @field_validator("access_token", "app_secret", "verify_token")
    @classmethod
    def _no_weak_secret(cls, value: SecretStr) -> SecretStr:
        refuse_weak(value, shortest=_SHORTEST_SECRET)
        if not _PRINTABLE.fullmatch(value.get_secret_value()):
            raise ValueError("holds a character that none of Meta's tokens has")
        return value
