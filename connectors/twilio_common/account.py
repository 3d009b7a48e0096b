"""What a channel's settings must say for Twilio."""

from typing import Literal, Protocol

from pydantic import SecretStr


class TwilioSigning(Protocol):
    """What Twilio signs its calls with."""

    @property
    def auth_token(self) -> SecretStr: ...
    @property
    def signing_secret(self) -> SecretStr: ...
    @property
    def signature_algorithm(self) -> Literal["HMAC_SHA1", "HMAC_SHA256"]: ...


class TwilioAccount(TwilioSigning, Protocol):
    """One Twilio account. `api` is the base URL without a slash at its end."""

    @property
    def api(self) -> str: ...
    @property
    def account_sid(self) -> str: ...
    @property
    def api_key(self) -> str: ...
    @property
    def api_key_secret(self) -> SecretStr: ...
    @property
    def timeout_seconds(self) -> float: ...
    @property
    def poll_overlap_minutes(self) -> int: ...
    @property
    def first_poll_hours(self) -> int: ...
