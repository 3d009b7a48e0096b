"""Everything of a mail that is not its words, as files: kept octet for octet, named and typed by us.

Signed and registered mail (S/MIME, KEP) stays intact (E22): its parts are neither opened nor rewritten. A
winmail.dat is kept and what it holds comes behind it. A mail within the mail is one file, not taken apart.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from connectors.email.filenames import safe_name
from connectors.email.headers import text_of
from connectors.email.leaves import Leaf
from connectors.email.mime import read_structure
from connectors.email.sniffing import media_type
from connectors.email.tnef import Unpacked, unpack
from domain.messages import Attachment

_CONTROL = frozenset({
    "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
    "message/feedback-report", "text/rfc822-headers",
})  # fmt: skip
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_CID = re.compile(r"""cid:([^"'\s<>)]{1,300})""", re.IGNORECASE)
_SUBJECT_LENGTH = 80


def read_attachments(others: Sequence[Leaf], html: str | None) -> tuple[list[Attachment], Unpacked]:
    """The files of a mail in order, and what the first winmail.dat among them says. Never raises."""
    shown = referenced_ids(html) if html else frozenset()
    files: list[Attachment] = []
    packed = Unpacked()
    for leaf in others:
        if leaf.media_type in _CONTROL:
            continue
        files.append(_attachment(leaf, shown, len(files) + 1))
        if _is_tnef(leaf):
            inside = unpack(leaf.content)
            packed = packed if packed.files or packed.text or packed.html else inside
            files.extend(_unpacked(inside, len(files) + 1))
    return files, packed


def referenced_ids(html: str) -> frozenset[str]:
    """The content ids (RFC 2392) that an HTML body shows."""
    return frozenset(unquote(found) for found in _CID.findall(html))


def _is_tnef(leaf: Leaf) -> bool:
    return leaf.media_type in _TNEF or leaf.wanted_name.lower() == "winmail.dat"


def _attachment(leaf: Leaf, shown: frozenset[str], number: int) -> Attachment:
    is_mail = leaf.media_type in ("message/rfc822", "message/global")
    kind = leaf.media_type if is_mail else media_type(leaf.content, leaf.media_type, leaf.wanted_name)
    wanted = leaf.wanted_name or (_subject(leaf) if is_mail else "")
    return Attachment(
        name=safe_name(wanted, kind, number),
        media_type=kind,
        content=leaf.content,
        inline=_is_inline(leaf, shown),
        content_id=leaf.content_id or None,
    )


def _is_inline(leaf: Leaf, shown: frozenset[str]) -> bool:
    """Shown within the words: the HTML refers to it, or the sender says so."""
    if leaf.content_id and leaf.content_id in shown:
        return True
    if leaf.disposition:
        return leaf.disposition == "inline"
    return bool(leaf.content_id) and leaf.within == "multipart/related"


def _subject(leaf: Leaf) -> str:
    """A name for a mail within the mail."""
    subject = text_of(read_structure(leaf.content[:64_000]).fields, b"subject", _SUBJECT_LENGTH)
    return f"{subject.replace('/', '-')}.eml" if subject else ""


def _unpacked(inside: Unpacked, number: int) -> Iterator[Attachment]:
    for offset, (name, content) in enumerate(inside.files):
        kind = media_type(content, "application/octet-stream", name)
        yield Attachment(name=safe_name(name, kind, number + offset), media_type=kind, content=content)
