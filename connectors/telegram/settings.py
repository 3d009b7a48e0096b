"""What a Telegram account must be told: one bot, read by long polling or called by webhook."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.setting_types import WebAddress

OFFICIAL = "https://api.telegram.org"
_SHORTEST_SECRET = 16
_PLACEHOLDERS = {"changeme", "change-me", "secret", "placeholder", "webhook-secret", "secret-token"}


class TelegramSettings(BaseModel):
    """One bot. Refuses what cannot be a token, and a webhook without a secret: anybody could speak for a
    citizen then. Its errors never repeat what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: SecretStr = Field(description="the bot's token, as BotFather gave it")
    mode: Literal["polling", "webhook"] = Field(
        default="polling", description="polling asks Telegram; webhook is called by it at the public URL"
    )
    secret_token: SecretStr = Field(
        default=SecretStr(""), description="webhook: what proves a call, 16-256 of A-Z a-z 0-9 _ -"
    )
    groups: bool = Field(default=False, description="take messages of groups the bot is in, too")
    channels: bool = Field(default=False, description="take posts of channels the bot manages, too")
    base_url: WebAddress = Field(default=OFFICIAL, description="the Bot API server")
    timeout_seconds: float = Field(default=10, gt=0, le=60, description="how long one call may take")

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        bot, _, key = value.get_secret_value().partition(":")
        if not (bot.isascii() and bot.isdecimal() and len(key) >= 30 and _plain(key)):
            raise ValueError("is no token of a bot: digits, a colon, 35 letters and digits")
        return value

    @model_validator(mode="after")
    def _proven(self) -> Self:
        secret = self.secret_token.get_secret_value()
        if self.mode == "webhook" and not secret:
            raise ValueError("a webhook needs a secret_token")
        if secret and (secret.lower() in _PLACEHOLDERS or not _SHORTEST_SECRET <= len(secret) <= 256):
            raise ValueError(f"secret_token needs {_SHORTEST_SECRET} to 256 characters drawn at random")
        if not _plain(secret):
            raise ValueError("secret_token may hold A-Z, a-z, 0-9, _ and - only")
        return self

    @property
    def bot_id(self) -> int:
        """The bot's own number, which stands before the colon of its token."""
        return int(self.token.get_secret_value().partition(":")[0])

    @property
    def allowed_updates(self) -> list[str]:
        """The kinds of update Telegram is asked for; whatever is not named is never sent."""
        posts = ["channel_post", "edited_channel_post"] if self.channels else []
        return ["message", "edited_message", *posts]


def _plain(text: str) -> bool:
    return text.isascii() and all(c.isalnum() or c in "_-" for c in text)
