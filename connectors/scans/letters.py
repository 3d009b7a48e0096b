"""A scanned file as messages: one, or one for each letter between separator sheets. Pure."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from connectors.ocr.engine import Letter
from connectors.ocr.kinds import Kind, has_second_page, kind_of
from connectors.scans.facts import Facts
from domain.messages import SCAN, Attachment, InboundMessage
from domain.text import storable
from domain.urn import Urn, phone_urn
from domain.vocabulary import Channel

NO_SCAN = "this is no scan: a PDF, TIFF, JPEG or PNG file is needed"
_ENDINGS = {Kind.PDF: ".pdf", Kind.TIFF: ".tif", Kind.JPEG: ".jpg", Kind.PNG: ".png"}


def may_be_split(content: bytes) -> bool:
    """Whether a file may have several pages, told without decoding anything."""
    kind = kind_of(content)
    return kind is Kind.PDF or (kind is Kind.TIFF and has_second_page(content))


def messages_of(
    channel: Channel, content: bytes, kind: Kind, name: str, facts: Facts, letters: Sequence[Letter] = ()
) -> list[InboundMessage]:
    """The messages of a file, without words: those are read later. Each keeps the whole file as its original.

    The external id is the file's SHA-256, with the letter's number behind it where there are several.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    base = Path(storable(name)).stem or channel
    if not letters:
        return [_message(channel, content, kind, sha256, base, facts, content, {})]
    found = []
    for number, letter in enumerate(letters, 1):
        key, named = f"{sha256}#{number}", f"{base}-{number}"
        pages = {"sheets": f"{letter.first}-{letter.last}"}
        found.append(_message(channel, content, kind, key, named, facts, letter.content, pages))
    return found


def fax_urn(number: str) -> Urn | None:
    """A fax machine's number as `fax:`, or None. It is no `tel:`: machines stand in shops and offices, so
    that an equal number says nothing of who wrote."""
    found = phone_urn(number)
    return Urn("fax", found.path) if found else None


def _message(
    channel: Channel,
    raw: bytes,
    kind: Kind,
    external_id: str,
    base: str,
    facts: Facts,
    part: bytes,
    more: dict[str, str],
) -> InboundMessage:
    file = Attachment(name=base + _ENDINGS[kind], media_type=kind, content=part)
    return InboundMessage(
        channel=channel,
        external_id=external_id,
        text="",
        raw=raw,
        sender=fax_urn(facts.number) if channel is Channel.FAX else None,
        sender_name=facts.name or None,
        sent_at=facts.at,
        attachments=(file,),
        external_reference=facts.archive or None,
        headers={SCAN: "0"} | _headers(facts) | more,
    )


def _headers(facts: Facts) -> dict[str, str]:
    known = {"sending_number": facts.number, "archive_number": facts.archive, "page_count": facts.pages}
    return {key: value for key, value in known.items() if value} | {
        f"sidecar.{key}": value for key, value in facts.others.items()
    }
