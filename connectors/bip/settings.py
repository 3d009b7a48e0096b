"""What a BiP account must be told: one service, as its owner defined it at Turkcell."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.guards import refuse_weak
from connectors.setting_types import Networks, WebAddress

OFFICIAL = "https://tims.turkcell.com.tr"
LONGEST_TEXT = 2048
_SHORTEST_PATH_SECRET = 16


class BipSettings(BaseModel):
    """One service. Refuses empty and placeholder secrets: without them anybody could speak for a citizen.
    Its errors never repeat what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    username: str = Field(min_length=1, description="the service's user name, for sending")
    password: SecretStr = Field(description="its password")
    push_username: str = Field(default="", description="basic auth of BiP's calls; the service's when empty")
    push_password: SecretStr = Field(default=SecretStr(""), description="its password")
    path_secret: SecretStr = Field(
        default=SecretStr(""),
        description="last part of the webhook's address, long and random, for calls that carry no password",
    )
    allowed_addresses: Networks = Field(default=(), description="networks BiP may call from")
    command_reply: str = Field(
        default="", max_length=LONGEST_TEXT, description="what a command's caller is told; ours when empty"
    )
    base_url: WebAddress = Field(default=OFFICIAL, description="the messaging environment (TES)")
    timeout_seconds: float = Field(default=10, gt=0, le=60, description="how long one call may take")

    @field_validator("password")
    @classmethod
    def _real(cls, value: SecretStr) -> SecretStr:
        refuse_weak(value)
        return value

    @field_validator("push_password")
    @classmethod
    def _real_if_given(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            refuse_weak(value)
        return value

    @field_validator("path_secret")
    @classmethod
    def _long_if_given(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            refuse_weak(value, shortest=_SHORTEST_PATH_SECRET)
            if "/" in value.get_secret_value():
                raise ValueError("is one part of an address, without a slash")
        return value

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.push_username) != bool(self.push_password.get_secret_value()):
            raise ValueError("push_username and push_password go together, both or none")
        return self

    @property
    def push_credentials(self) -> tuple[str, str]:
        """User and password that BiP's own calls must carry."""
        if self.push_username:
            return self.push_username, self.push_password.get_secret_value()
        return self.username, self.password.get_secret_value()
