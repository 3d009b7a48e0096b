"""winmail.dat taken apart (MS-OXTNEF): the files in it, and its text where the mail has none else.

The library is only given what `tnef_guard` found harmless. The mail's own attachment is kept beside.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from connectors.email.charset import decode
from connectors.email.limits import MAX_RTF, MAX_TNEF
from connectors.email.tnef_guard import harmless

_SIGNATURE = b"\x78\x9f\x3e\x22"

logging.getLogger("tnefparse").addHandler(logging.NullHandler())
logging.getLogger("tnefparse").propagate = False


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """What a winmail.dat holds: (name, content) of its files, and its text or HTML."""

    files: tuple[tuple[str, bytes], ...] = ()
    text: str = ""
    html: str = ""


def unpack(data: bytes) -> Unpacked:
    """The content of a winmail.dat; nothing when it is broken or too large. Never raises."""
    trimmed = harmless(data) if data.startswith(_SIGNATURE) and len(data) <= MAX_TNEF else b""
    if not trimmed:
        return Unpacked()
    with suppress(Exception):  # it raises errors of many kinds on what it cannot read
        from tnefparse import TNEF

        tnef = TNEF(trimmed, do_checksum=False)
        files = tuple(filter(None, (_file(attachment) for attachment in tnef.attachments)))
        html = _text(tnef.htmlbody, tnef)
        return Unpacked(files=files, text=_text(tnef.body, tnef) or ("" if html else _rtf(tnef)), html=html)
    return Unpacked()


def _file(attachment: Any) -> tuple[str, bytes] | None:
    content = attachment.data
    if isinstance(content, list):
        content = b"".join(piece for piece in content if isinstance(piece, bytes))
    return (_name(attachment), content) if content else None


def _name(attachment: Any) -> str:
    with suppress(Exception):
        name = attachment.long_filename()
        if name and isinstance(name, str):
            return name
    raw = attachment._name
    return decode(raw.strip(b"\0")).text if isinstance(raw, bytes) else str(raw)


def _text(value: Any, tnef: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value and isinstance(value[0], (str, bytes)) else ""
    if isinstance(value, bytes):
        return decode(value.rstrip(b"\0"), tnef.codepage).text
    return (
        decode(value.rstrip("\0").encode("utf-8", "replace"), "utf-8").text if isinstance(value, str) else ""
    )


def _rtf(tnef: Any) -> str:
    """The text of a body that Outlook wrote as compressed RTF (MS-OXRTFCP) and as nothing else."""
    with suppress(Exception):  # both libraries raise plain exceptions
        from striprtf.striprtf import rtf_to_text

        if len(tnef._rtfbody or b"") <= MAX_RTF:
            rtf = (tnef.rtfbody or b"").decode("latin-1")
            text = rtf_to_text(rtf, errors="replace")  # type: ignore[no-untyped-call]
            return decode(text.encode("utf-8", "replace"), "utf-8").text.strip()
    return ""
