"""A letter as the bytes a mail server hands over, written as common clients write them."""

import base64
import quopri
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from textwrap import wrap

_RECEIVED = """\
Return-Path: <{sender}>
Delivered-To: beyazmasa@buyuksehir.example
Received: from mx2.buyuksehir.example (mx2.buyuksehir.example [198.51.100.25])
\tby posta.buyuksehir.example (Postfix) with ESMTPS id {token}
\tfor <beyazmasa@buyuksehir.example>; {date}
Received: from giden.{domain} (giden.{domain} [203.0.113.17])
\tby mx2.buyuksehir.example (Postfix) with ESMTPS id {token}
\tfor <beyazmasa@buyuksehir.example>; {date}
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=2026; t=1793000000;
\th=from:to:subject:date:message-id:mime-version:content-type;
\tbh={bh}=;
\tb={b}==
Authentication-Results: mx2.buyuksehir.example; dkim=pass header.d={domain}; spf=pass
"""
_OWN = """\
From: {name} <{sender}>
To: Beyaz Masa <beyazmasa@buyuksehir.example>
Subject: {subject}
Date: {date}
Message-ID: <{token}.{number}@{domain}>
User-Agent: Posta/4.2
MIME-Version: 1.0
"""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail before it is written. `encoding` is the Content-Transfer-Encoding of its texts."""

    number: int
    token: str
    sender: str
    name: str
    sent_at: datetime
    subject: str
    text: str
    charset: str
    encoding: str
    html_only: bool = False
    with_html: bool = False
    file: bytes = b""


def render(letter: Letter) -> bytes:
    """The letter as RFC 5322 bytes with CRLF line ends."""
    return "\n".join([_head(letter), *_body(letter)]).encode("latin-1").replace(b"\n", b"\r\n")


def _head(letter: Letter) -> str:
    domain = letter.sender.partition("@")[2]
    values = {
        "sender": letter.sender,
        "domain": domain,
        "token": letter.token,
        "number": letter.number,
        "date": format_datetime(letter.sent_at),
        "bh": (letter.token * 2)[:43],
        "b": "\n\t ".join(wrap((letter.token * 15)[:342], 72)),
        "name": _word(letter.name, letter.charset),
        "subject": _word(letter.subject, letter.charset),
    }
    return (_RECEIVED + _OWN).format(**values).rstrip("\n")


def _word(text: str, charset: str) -> str:
    """A header's text as RFC 2047 encoded words of at most 75 characters."""
    if text.isascii():
        return text
    pieces = [text[i : i + 18] for i in range(0, len(text), 18)]
    return "\n ".join(f"=?{charset}?B?{base64.b64encode(p.encode(charset)).decode()}?=" for p in pieces)


def _body(letter: Letter) -> list[str]:
    inner = _part("html", _html(letter), letter) if letter.html_only else _part("plain", letter.text, letter)
    if letter.with_html:
        inner = _multipart("alternative", [inner, _part("html", _html(letter), letter)], f"ab{letter.token}")
    if letter.file:
        inner = _multipart("mixed", [inner, _attachment(letter.file)], f"mx{letter.token}")
    return inner


def _part(kind: str, text: str, letter: Letter) -> list[str]:
    raw = text.encode(letter.charset, "xmlcharrefreplace" if kind == "html" else "replace")
    head = [
        f"Content-Type: text/{kind}; charset={letter.charset}",
        f"Content-Transfer-Encoding: {letter.encoding}",
    ]
    return [*head, "", _encoded(raw, letter.encoding)]


def _encoded(raw: bytes, encoding: str) -> str:
    if encoding == "base64":
        return base64.encodebytes(raw).decode("ascii")
    if encoding == "quoted-printable":
        return quopri.encodestring(raw).decode("ascii")
    return raw.decode("latin-1")


def _attachment(content: bytes) -> list[str]:
    head = [
        'Content-Type: image/jpeg; name="=?utf-8?Q?foto=C4=9Fraf.jpg?="',
        "Content-Disposition: attachment; filename*=utf-8''foto%C4%9Fraf.jpg",
        "Content-Transfer-Encoding: base64",
    ]
    return [*head, "", base64.encodebytes(content).decode("ascii")]


def _multipart(kind: str, parts: list[list[str]], boundary: str) -> list[str]:
    lines = [f'Content-Type: multipart/{kind}; boundary="{boundary}"', ""]
    for part in parts:
        lines += [f"--{boundary}", *part]
    return [*lines, f"--{boundary}--", ""]


def _html(letter: Letter) -> str:
    paragraphs = "\n".join(
        f'<p class="MsoNormal"><span style="font-size:11pt">{escape(p)}</span></p>'.replace("\n", "<br>")
        for p in letter.text.split("\n\n")
    )
    style = "p.MsoNormal{margin:0cm;font-size:11.0pt;font-family:Calibri,sans-serif;}"
    return f"<html><head><style>{style}</style></head>\n<body>\n{paragraphs}\n</body></html>\n"
