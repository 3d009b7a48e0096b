"""What both providers' messages become."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from connectors.sms.optout import is_opt_out
from domain.messages import Attachment, InboundMessage
from domain.text import storable
from domain.urn import Urn, phone_urn
from domain.vocabulary import Channel, Verdict

_INTERNATIONAL = re.compile(r"^[1-9]\d{10,14}$")


def sms_urn(text: str) -> Urn | None:
    """The sender or recipient as an address (S8): `tel:` for numbers, `sms:` for a name or what is no
    possible number, None for nothing. Providers give foreign numbers without a plus too."""
    text = storable(text).strip()
    if not text:
        return None
    if any(c.isalpha() for c in text):
        return Urn("sms", text)
    plus = "+" if _INTERNATIONAL.match(text) else ""
    return phone_urn(plus + text) or phone_urn(text) or Urn("sms", text)


def fallback_id(sender: str, recipient: str, text: str, stamp: str) -> str:
    """The id of a message whose provider gave none (S2): a hash of who, to whom, what and when, so that two
    equal texts a minute apart stay two."""
    parts = (sender, recipient, text, stamp)
    joined = "".join(f"{len(p)}:{p}" for p in parts).encode("utf-8", "surrogatepass")
    return f"sha256:{hashlib.sha256(joined).hexdigest()}"


def sms_message(
    *,
    external_id: str,
    sender: str,
    recipient: str,
    text: str,
    raw: bytes,
    sent_at: datetime | None = None,
    attachments: Sequence[Attachment] = (),
    keyword: str = "",
    opted_out: bool = False,
    charset: str | None = None,
) -> InboundMessage:
    """The message in the desk's terms. `opted_out` is the provider's own word on that; `sent_at` is aware."""
    to = sms_urn(recipient)
    return InboundMessage(
        channel=Channel.SMS,
        external_id=storable(external_id),
        sender=sms_urn(sender),
        recipients=(to,) if to else (),
        sent_at=sent_at.astimezone(UTC) if sent_at else None,
        text=storable(text),
        attachments=tuple(attachments),
        verdict=Verdict.OPT_OUT if opted_out or is_opt_out(text, keyword) else Verdict.ORDINARY,
        charset=charset,
        raw=raw,
    )
