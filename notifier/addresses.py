"""Mail addresses as SMTP needs them: domains in ASCII, nothing that could end a command."""

import re
from dataclasses import dataclass

from domain.errors import NotConfiguredError, RecipientRejectedError
from domain.urn import Urn, mail_urn
from notifier.filters import oneline

_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\\\"]|=\?")
"""Controls and quotes would reach commands and headers; `=?` begins an encoded word, which can hide them."""
_NAMED = re.compile(r'"?([^\x00-\x1f\x7f\x85\u2028\u2029<>"]*)"?\s*<([^<>]+)>|([^<>]+)')


@dataclass(frozen=True, kw_only=True)
class MailAddress:
    """A mail address; `domain` is ASCII (IDNA), only `local` may need SMTPUTF8 (RFC 6531)."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 can be given this address."""
        return not self.local.isascii()


def recipient_address(urn: Urn) -> MailAddress:
    """The address behind a `mailto:`. Raises RecipientRejectedError for what mail cannot reach."""
    address = _address(urn.path) if urn.scheme == "mailto" else None
    if address is None:
        raise RecipientRejectedError("this is no mail address")
    return address


def own_address(setting: str, text: str) -> tuple[str, MailAddress]:
    """The name and the address in a setting like `Beyaz Masa <a@b>`. Raises NotConfiguredError, naming it."""
    match = _NAMED.fullmatch(text.strip())
    address = _address(match[2] or match[3]) if match else None
    if match is None or address is None or address.needs_utf8:
        raise NotConfiguredError(f"{setting} holds no mail address that every server takes")
    return oneline(match[1] or "").replace("=?", ""), address


def _address(text: str) -> MailAddress | None:
    urn = mail_urn(text)
    if urn is None or _UNFIT.search(urn.path):
        return None
    local, _, domain = urn.path.rpartition("@")
    try:
        return MailAddress(local=local, domain=domain.encode("idna").decode("ascii"))
    except UnicodeError:
        return None
