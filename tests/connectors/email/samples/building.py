"""How the sample mails are put together, and what each is expected to mean.

A sample is its octets and the meaning they must have, written by hand. What it does not mention is as in the
plainest mail: Ayşe Yılmaz writes `TEXT` under the subject `SUBJECT` on 24 November 2026, 10:15 in Istanbul.
"""

import base64
import quopri
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

TEXT = "Çöp kutuları taşıyor, üç gündür alınmıyor.\nŞikâyetçiyim, ilgilenir misiniz?"
SUBJECT = "Çöp şikâyeti: İğdeli Sokağı"
NAME = "Ayşe Yılmaz"
ADDRESS = "ayse@ornek.example"
SENT_AT = "2026-11-24T07:15:00+00:00"

Octets = str | bytes
File = tuple[str, str, bytes, bool]
Report = tuple[str, str | None, str | None, bool]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One mail and its meaning. `files` are (name, type, content, inline), `quoted` the texts that the spans
    mark, `reports` (state, recipient, our id, permanent), `kept` some of the kept headers."""

    name: str
    raw: bytes
    text: str = TEXT
    subject: str | None = SUBJECT
    sender: str | None = ADDRESS
    sender_name: str | None = NAME
    sent_at: str | None = SENT_AT
    charset: str | None = "utf-8"
    verdict: str = "ordinary"
    html: str | None = None
    files: Sequence[File] = ()
    quoted: Sequence[str] = ()
    contacts: Sequence[str] = ()
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    reports: Sequence[Report] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


def word(text: str, charset: str = "utf-8", encoding: str = "B") -> bytes:
    """One encoded word of RFC 2047."""
    data = text.encode(charset)
    payload = base64.b64encode(data) if encoding == "B" else b"".join(b"=%02X" % octet for octet in data)
    return b"=?%s?%s?%s?=" % (charset.encode(), encoding.encode(), payload)


_USUAL = {
    "from": b"From: " + word(NAME) + b" <ayse@ornek.example>",
    "to": b"To: beyazmasa@buyuksehir.example",
    "date": b"Date: Tue, 24 Nov 2026 10:15:00 +0300",
    "message-id": b"Message-ID: <1@ornek.example>",
    "subject": b"Subject: " + word(SUBJECT),
    "mime-version": b"MIME-Version: 1.0",
}


def octets(text: Octets, charset: str = "utf-8") -> bytes:
    """Text as octets; octets as they are."""
    return text if isinstance(text, bytes) else text.encode(charset)


def lines(*parts: Octets) -> bytes:
    """Lines with CRLF between them, text as utf-8."""
    return b"\r\n".join(octets(part) for part in parts)


def mail(*headers: Octets, body: Octets = TEXT, without: Sequence[str] = ()) -> bytes:
    """A mail of the usual headers, those given (which replace usual ones of their name), and the body.

    A text body is utf-8 with CRLF line ends and, unless a Content-Type is given, is declared so.
    """
    given = [octets(header) for header in headers]
    names = {header.partition(b":")[0].strip().lower().decode("latin-1") for header in given}
    head = [line for name, line in _USUAL.items() if name not in names and name not in without]
    if isinstance(body, str):
        body = body.replace("\n", "\r\n").encode()
    if "content-type" not in names and "content-type" not in without:
        given = [b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 8bit", *given]
    return b"\r\n".join([*head, *given, b"", body]) + b"\r\n"


def text_mail(charset: str | None, data: bytes, *headers: Octets, encoding: str = "8bit") -> bytes:
    """A plain text mail whose body is the octets, declared as the charset (or as none)."""
    kind = f"Content-Type: text/plain; charset={charset}" if charset else "Content-Type: text/plain"
    return mail(kind, f"Content-Transfer-Encoding: {encoding}", *headers, body=data)


def quoted_printable(text: Octets, charset: str = "utf-8") -> bytes:
    """The text as quoted-printable with CRLF."""
    return quopri.encodestring(octets(text, charset)).replace(b"\n", b"\r\n")


def base64_lines(data: Octets, charset: str = "utf-8") -> bytes:
    """The octets as base64 in lines of 76 letters."""
    return base64.encodebytes(octets(data, charset)).replace(b"\n", b"\r\n").rstrip()


def part(*headers: Octets, body: Octets) -> bytes:
    """One body part."""
    return b"\r\n".join([*(octets(header) for header in headers), b"", crlf(body)])


def plain_part(body: Octets = TEXT) -> bytes:
    """A utf-8 plain text part."""
    return part("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", body=body)


def html_part(body: Octets) -> bytes:
    """A utf-8 HTML part."""
    return part("Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit", body=body)


def file_part(kind: str, name: str, content: bytes, disposition: str = "attachment", *more: str) -> bytes:
    """A base64 part with an ASCII file name."""
    return part(
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: {disposition}; filename="{name}"',
        *more,
        body=base64_lines(content),
    )


def multipart(kind: str, *parts: bytes, boundary: str = "sinir", more: str = "") -> tuple[str, bytes]:
    """The Content-Type header of a multipart and its body."""
    mark = boundary.encode()
    body = b"".join(b"--%s\r\n%s\r\n" % (mark, one) for one in parts) + b"--%s--\r\n" % mark
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}', body


def mixed(*parts: bytes, kind: str = "mixed", headers: Sequence[Octets] = (), more: str = "") -> bytes:
    """A multipart mail."""
    declared, body = multipart(kind, *parts, more=more)
    return mail(declared, *headers, body=body)


def nested(kind: str, *parts: bytes, boundary: str, more: str = "") -> bytes:
    """A multipart as a part of another."""
    declared, body = multipart(kind, *parts, boundary=boundary, more=more)
    return part(declared, body=body)


def crlf(body: Octets) -> bytes:
    """Text with CRLF line ends; octets as they are."""
    return body.replace("\r\n", "\n").replace("\n", "\r\n").encode() if isinstance(body, str) else body


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
