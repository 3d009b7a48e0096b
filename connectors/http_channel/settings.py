"""What an account of the generic HTTP channel must be told."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.guards import refuse_weak

_SHORTEST = 32
"""RFC 2104, section 3: a key shorter than the hash's output (32 bytes) weakens HMAC."""


class HttpSettings(BaseModel):
    """One system that delivers. Give each its own account and secret. Its errors never repeat a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    secret: SecretStr = Field(description="the key both sides sign with, 32 random characters or more")
    old_secrets: SecretStr = Field(
        default=SecretStr(""),
        description="earlier keys, separated by spaces, that count until the sender has changed over",
    )
    window_seconds: int = Field(
        default=300, ge=10, le=3600, description="how far the call's time may lie from ours, either way"
    )

    @field_validator("secret")
    @classmethod
    def _strong(cls, value: SecretStr) -> SecretStr:
        refuse_weak(value, shortest=_SHORTEST)
        return value

    @field_validator("old_secrets")
    @classmethod
    def _strong_too(cls, value: SecretStr) -> SecretStr:
        for each in value.get_secret_value().split():
            refuse_weak(each, shortest=_SHORTEST)
        return value

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Every key that counts, the current one first."""
        texts = (self.secret.get_secret_value().strip(), *self.old_secrets.get_secret_value().split())
        return tuple(text.encode() for text in texts)
