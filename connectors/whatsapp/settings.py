"""What a WhatsApp account must be told. One channel, two providers: the provider is a field as others."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from connectors.base import ApprovedText
from connectors.guards import refuse_weak
from connectors.setting_types import Listed, OptionalWebAddress, given
from connectors.twilio_common.account import missing_for_twilio

_BASE_URLS = {"cloud": "https://graph.facebook.com", "twilio": "https://api.twilio.com"}
_REQUIRED = {
    "cloud": ("phone_number_id", "access_token", "app_secret", "verify_token"),
    "twilio": ("account_sid", "auth_token"),
}
_SHORTEST_SECRET = 16
_PRINTABLE = re.compile(r"[\x21-\x7e]*")
_APPROVED = re.compile(
    r"(?P<notice>[a-z_]+)=(?P<name>[A-Za-z0-9_]+):(?P<language>[A-Za-z_]+)(:(?P<values>[a-z_]+([+][a-z_]+)*))?"
)
_CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")


class WhatsAppSettings(BaseModel):
    """One number at a WhatsApp provider. Refuses empty and weak secrets (W2, S1): without them anybody could
    speak for a citizen, or every message would be turned away. Its errors never repeat what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    provider: Literal["cloud", "twilio"]
    base_url: OptionalWebAddress = Field(
        default="", description="the provider's API; its own address when empty"
    )
    timeout_seconds: float = Field(default=10, gt=0, le=60, description="how long one call may take")

    phone_number_id: str = Field(default="", pattern=r"^[0-9]*$", description="Cloud API: Phone number ID")
    business_account_id: str = Field(
        default="",
        pattern=r"^[0-9]*$",
        description="Cloud API: WhatsApp Business Account ID, for the test",
    )
    access_token: SecretStr = Field(
        default=SecretStr(""), description="Cloud API: system user's access token"
    )
    app_secret: SecretStr = Field(default=SecretStr(""), description="Cloud API: App secret; signs webhooks")
    verify_token: SecretStr = Field(
        default=SecretStr(""), description="Cloud API: made up by you, long and random; pasted at Meta too"
    )
    graph_version: str = Field(
        default="v25.0", pattern=r"^v[0-9]{2}[.][0-9]$", description="Cloud API: its version"
    )

    account_sid: str = Field(default="", pattern=r"^(AC[0-9a-fA-F]{32})?$", description="Twilio: Account SID")
    auth_token: SecretStr = Field(default=SecretStr(""), description="Twilio: Auth Token; signs webhooks")
    api_key: str = Field(default="", description="Twilio: API key SID, when calls should not use the token")
    api_key_secret: SecretStr = Field(default=SecretStr(""), description="Twilio: secret of that API key")
    sender: str = Field(
        default="", pattern=r"^(\+[0-9]{6,15})?$", description="Twilio: our WhatsApp number, +90..."
    )
    messaging_service_sid: str = Field(default="", description="Twilio: Messaging Service, or give a sender")
    content_sids: Listed = Field(
        default=(), description="Twilio: ContentSid of each template: name=HX... or name:tr=HX..."
    )
    signature_algorithm: Literal["HMAC_SHA1", "HMAC_SHA256"] = "HMAC_SHA1"
    signing_secret: SecretStr = Field(default=SecretStr(""), description="Twilio: shared key for HMAC_SHA256")
    poll: bool = Field(default=True, description="Twilio: ask for messages too, if a webhook call gets lost")
    first_poll_hours: int = Field(default=24, ge=0, description="Twilio: how far back the first poll looks")
    poll_overlap_minutes: int = Field(default=60, ge=1, description="Twilio: how much each poll looks again")

    messages_per_second: float = Field(
        default=80, gt=0, le=1000, description="how many messages may leave in a second (W12)"
    )
    approved_texts: Listed = Field(
        default=(),
        description="text for each notice once 24 hours are over: received=name:tr:number+security_number",
    )

    @field_validator("*", mode="after")
    @classmethod
    def _no_weak_secret(cls, value: object) -> object:
        if isinstance(value, SecretStr) and value.get_secret_value():
            refuse_weak(value, shortest=_SHORTEST_SECRET)
        return value

    @field_validator("access_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        if not _PRINTABLE.fullmatch(value.get_secret_value()):
            raise ValueError("holds a character that no access token has")
        return value

    @field_validator("content_sids")
    @classmethod
    def _sids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        pairs = tuple(pair.strip() for pair in value if pair.strip())
        if not all(_CONTENT_SID.fullmatch(pair.partition("=")[2]) for pair in pairs):
            raise ValueError("is written name=HX..., with 32 hexadecimal digits behind HX")
        return pairs

    @field_validator("approved_texts")
    @classmethod
    def _texts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        pairs = tuple(pair.strip() for pair in value if pair.strip())
        if not all(_APPROVED.fullmatch(pair) for pair in pairs):
            raise ValueError("is written notice=name:language or notice=name:language:value+value")
        return pairs

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [name for name in _REQUIRED[self.provider] if not given(getattr(self, name))]
        if self.provider == "twilio":
            missing += missing_for_twilio(self)
        if missing:
            raise ValueError(f"an account at {self.provider} needs {', '.join(missing)}")
        return self

    @property
    def api(self) -> str:
        """The provider's base URL, without a slash at its end."""
        return self.base_url or _BASE_URLS[self.provider]

    def approved(self, notice: str) -> ApprovedText | None:
        """The approved text for a notice of ours; None where none is named."""
        for found in filter(None, map(_APPROVED.fullmatch, self.approved_texts)):
            if found["notice"] == notice:
                places = tuple(found["values"].split("+")) if found["values"] else ()
                return ApprovedText(name=found["name"], language=found["language"], parameters=places)
        return None

    def content_sid(self, name: str, language: str) -> str | None:
        """Twilio's id of a template, which may be given as its own name; None for one that is not known."""
        known = dict(pair.split("=", 1) for pair in self.content_sids)
        own = name if _CONTENT_SID.fullmatch(name) else None
        return known.get(f"{name}:{language}") or known.get(name) or own
