"""What a channel's settings must say for Twilio."""

from typing import Literal, Protocol

from pydantic import SecretStr

from connectors.setting_types import given


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


class TwilioSender(TwilioAccount, Protocol):
    """A Twilio account that texts leave from."""

    @property
    def sender(self) -> str: ...
    @property
    def messaging_service_sid(self) -> str: ...


def missing_for_twilio(account: TwilioSender) -> list[str]:
    """What the settings of an account that sends by Twilio lack, by their names; empty when nothing."""
    missing = []
    if not (account.sender or account.messaging_service_sid):
        missing.append("sender or messaging_service_sid")
    if bool(account.api_key) != given(account.api_key_secret):
        missing.append("api_key and api_key_secret, both or none")
    if account.signature_algorithm == "HMAC_SHA256" and not given(account.signing_secret):
        missing.append("signing_secret")
    return missing
