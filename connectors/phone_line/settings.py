"""What the telephone line must be told."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.guards import refuse_weak
from connectors.setting_types import given
from domain.urn import phone_urn


class PhoneLineSettings(BaseModel):
    """One number at Twilio. Refuses empty and placeholder secrets: without them anybody could ask for as many
    cases as they like. Its errors never repeat what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    auth_token: SecretStr = Field(description="Twilio: Auth Token; signs the calls to us")
    signature_algorithm: Literal["HMAC_SHA1", "HMAC_SHA256"] = "HMAC_SHA1"
    signing_secret: SecretStr = Field(default=SecretStr(""), description="Twilio: shared key for HMAC_SHA256")
    agent_number: str = Field(description="number of the agents, who a caller is put through to")
    voice: str = Field(default="Polly.Filiz", description="Twilio's name of a Turkish voice")
    agent_ring_seconds: int = Field(default=30, ge=5, le=600, description="how long the agents' phone rings")
    digit_seconds: int = Field(default=8, ge=3, le=60, description="how long a silent caller is waited for")

    @field_validator("auth_token", "signing_secret")
    @classmethod
    def _no_placeholder(cls, value: SecretStr) -> SecretStr:
        if given(value):
            refuse_weak(value)
        return value

    @field_validator("auth_token")
    @classmethod
    def _given(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError("is empty: nobody could prove to be Twilio")
        return value

    @field_validator("agent_number")
    @classmethod
    def _reachable(cls, value: str) -> str:
        found = phone_urn(value)
        if found is None or not found.path.startswith("+"):
            raise ValueError("is no number Twilio can dial: write it with its country code, +90...")
        return found.path

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.signature_algorithm == "HMAC_SHA256" and not self.signing_secret.get_secret_value().strip():
            raise ValueError("HMAC_SHA256 needs signing_secret")
        return self
