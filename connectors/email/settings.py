"""What an e-mail account must be told."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TLS_PORT, _PLAIN_PORT = 993, 143


class Security(StrEnum):
    """How the connection is protected: TLS from the first byte, by STARTTLS, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Auth(StrEnum):
    """How the account logs in; the two OAuth mechanisms differ only in their envelope."""

    PASSWORD = "password"  # noqa: S105 - the name of a method, not a password
    XOAUTH2 = "xoauth2"
    OAUTHBEARER = "oauthbearer"


class Start(StrEnum):
    """What is taken from a folder that is seen for the first time: all that is in it, or only what comes."""

    ALL = "all"
    NEW = "new"


class EmailSettings(BaseModel):
    """One mailbox. Without a host it is fed by the mail server's pipe or LMTP only and never polled.

    `timeout_seconds` bounds every single wait on the network. A batch ends at `batch_size` mails or
    `batch_bytes`, whichever comes first; of a mail above `max_bytes` only the header is fetched.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = ""
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Security = Security.TLS
    ca_file: Path | None = None
    username: str = ""
    auth: Auth = Auth.PASSWORD
    password: SecretStr | None = None
    oauth_token_url: str = ""
    oauth_client_id: str = ""
    oauth_client_secret: SecretStr | None = None
    oauth_refresh_token: SecretStr | None = None
    oauth_scope: str = ""
    folders: tuple[str, ...] = Field(default=("INBOX",), min_length=1)
    start: Start = Start.ALL
    move_to: str | None = Field(default=None, min_length=1)
    mark_seen: bool = False
    idle: bool = True
    timeout_seconds: float = Field(default=20.0, gt=0, le=120)
    batch_size: int = Field(default=50, ge=1, le=500)
    batch_bytes: int = Field(default=8 * 1024 * 1024, ge=1)
    max_bytes: int = Field(default=30 * 1024 * 1024, ge=1)
    fax_senders: tuple[str, ...] = Field(default=(), description="fax gateways: addresses, or @domains")
    fax_subject: str = Field(default="", description="what their subjects must match: (?P<number>..)")

    @property
    def effective_port(self) -> int:
        """The configured port, or the usual one of the chosen security."""
        return self.port or (_TLS_PORT if self.security is Security.TLS else _PLAIN_PORT)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret of the account in clear text, so that error texts can be cleaned of them."""
        held = (self.password, self.oauth_client_secret, self.oauth_refresh_token)
        return tuple(secret.get_secret_value() for secret in held if secret)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.host:
            self._require("username", self.username)
            self._require_login()
        if len(set(self.folders)) != len(self.folders) or "" in self.folders:
            raise ValueError("folders: each folder once, none empty")
        if self.move_to in self.folders:
            raise ValueError("move_to: must not be one of the folders that are read")
        try:
            re.compile(self.fax_subject)
        except re.error as error:
            raise ValueError(f"fax_subject: {error}") from None
        return self

    def _require_login(self) -> None:
        if self.auth is Auth.PASSWORD:
            self._require("password", self.password)
            return
        self._require("oauth_client_id", self.oauth_client_id)
        self._require("oauth_token_url", self.oauth_token_url)
        self._require("oauth_refresh_token or oauth_client_secret", self.secrets)
        url = urlsplit(self.oauth_token_url)
        if url.scheme != "https" and url.hostname not in _LOOPBACK:
            raise ValueError("oauth_token_url: must begin with https://")

    def _require(self, name: str, value: object) -> None:
        if not value:
            raise ValueError(f"{name}: is needed for this way of reading mail")
