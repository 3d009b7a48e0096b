"""What an SMS account must be told. One channel, several providers: the provider is a field like others."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.guards import refuse_weak
from connectors.setting_types import Networks, OptionalWebAddress, given
from connectors.sms.smpp_settings import SmppFields, smpp_faults
from connectors.twilio_common.account import missing_for_twilio

_BASE_URLS = {
    "twilio": "https://api.twilio.com",
    "verimor": "https://sms.verimor.com.tr",
    "netgsm": "https://api.netgsm.com.tr",
}
_REQUIRED = {
    "twilio": ("account_sid", "auth_token"),
    "verimor": ("username", "password", "push_secret"),
    "netgsm": ("username", "password", "sender"),
    "smpp": ("host", "username", "password"),
}
_SHORTEST_PUSH_SECRET = 16


class SmsSettings(SmppFields):
    """One account at an SMS provider. Refuses empty and placeholder secrets (S1): without them anybody could
    speak for a citizen, or every message would be turned away. Its errors never repeat what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    provider: Literal["twilio", "verimor", "netgsm", "smpp"]
    base_url: OptionalWebAddress = Field(
        default="", description="the provider's API; its own address when empty"
    )
    sender: str = Field(default="", description="number or registered header that our messages leave from")
    timeout_seconds: float = Field(default=10, gt=0, le=60, description="how long one call may take")
    poll: bool = Field(default=True, description="ask for messages too, in case a webhook call gets lost")
    first_poll_hours: int = Field(default=24, ge=0, description="how far back the first poll of all looks")

    account_sid: str = Field(default="", pattern=r"^(AC[0-9a-fA-F]{32})?$", description="Twilio: Account SID")
    auth_token: SecretStr = Field(default=SecretStr(""), description="Twilio: Auth Token; signs webhooks")
    api_key: str = Field(default="", description="Twilio: API key SID, when calls should not use the token")
    api_key_secret: SecretStr = Field(default=SecretStr(""), description="Twilio: secret of that API key")
    messaging_service_sid: str = Field(default="", description="Twilio: Messaging Service, or give a sender")
    signature_algorithm: Literal["HMAC_SHA1", "HMAC_SHA256"] = "HMAC_SHA1"
    signing_secret: SecretStr = Field(default=SecretStr(""), description="Twilio: shared key for HMAC_SHA256")
    poll_overlap_minutes: int = Field(
        default=60, ge=1, description="Twilio, NetGSM: how much each poll looks again"
    )

    username: str = Field(
        default="", description="Verimor (twelve digits), NetGSM: user name; SMPP: system_id"
    )
    password: SecretStr = Field(default=SecretStr(""), description="Verimor, NetGSM, SMPP: password")
    push_secret: SecretStr = Field(
        default=SecretStr(""), description="Verimor: last part of the push address, long and random"
    )
    push_username: str = Field(default="", description="Verimor: basic auth of the push, if it sends one")
    push_password: SecretStr = Field(default=SecretStr(""), description="Verimor: its password")
    allowed_addresses: Networks = Field(default=(), description="Verimor: networks it may push from")
    valid_for: str = Field(default="24:00", description="Verimor: how long it keeps trying, 00:01-48:00")

    @field_validator("*", mode="after")
    @classmethod
    def _no_placeholder(cls, value: object) -> object:
        if isinstance(value, SecretStr) and given(value):
            refuse_weak(value)
        return value

    @field_validator("valid_for")
    @classmethod
    def _validity(cls, value: str) -> str:
        hours, _, minutes = value.partition(":")
        if not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
            raise ValueError("is written HH:MM")
        if not 1 <= int(hours) * 60 + int(minutes) <= 48 * 60 or int(minutes) > 59:
            raise ValueError("lies between 00:01 and 48:00")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [name for name in _REQUIRED[self.provider] if not given(getattr(self, name))]
        if self.provider == "twilio":
            missing += missing_for_twilio(self)
        if bool(self.push_username) != given(self.push_password):
            missing.append("push_username and push_password, both or none")
        if missing:
            raise ValueError(f"an account at {self.provider} needs {', '.join(missing)}")
        if self.provider == "verimor" and len(self.push_secret.get_secret_value()) < _SHORTEST_PUSH_SECRET:
            raise ValueError(f"push_secret needs {_SHORTEST_PUSH_SECRET} characters or more")
        if self.provider == "smpp" and (fault := smpp_faults(self.username, self.password, self.sender)):
            raise ValueError(fault)
        return self

    @property
    def api(self) -> str:
        """The provider's base URL, without a slash at its end."""
        return self.base_url or _BASE_URLS.get(self.provider, "")
