"""Who wrote and to whom: address headers as they really come, octets in, addresses of ours out (E9, E11)."""

import re
from typing import NamedTuple

from connectors.email.encoded_words import decode_header
from connectors.email.limits import MAX_ADDRESSES, MAX_NAME
from domain.urn import Urn, mail_urn

_PLAIN = re.compile(
    rb'\s*(?:"([^"\\\r\n]*)"|([^"<>,;:()\\\r\n]*?))\s*<\s*([^<>\s,;:"@()]+@[^<>\s,;:"@()]+)\s*>\s*'
)
_BARE = re.compile(rb'\s*([^<>\s,;:"@()]+@[^<>\s,;:"@()]+)\s*')
_STOPS = re.compile(r"[\s<>()\[\]\",;:]")
_COMMENT = re.compile(r"\(([^()]*)\)")
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[,;]|<[^<>]*>', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_GROUP = re.compile(r'^\s*[^:@<>"]*:\s*')


class Mailbox(NamedTuple):
    """One mailbox of a header: the name shown, and the address where there is a valid one."""

    name: str | None
    urn: Urn | None


def read_mailboxes(value: bytes) -> list[Mailbox]:
    """The mailboxes of an address header, in order, those without a valid address too. Never raises."""
    simple = len(value) < 400 and (_PLAIN.fullmatch(value) or _BARE.fullmatch(value))
    if simple:
        *name, address = simple.groups()
        return [_mailbox(b"".join(part for part in name if part), address.decode("utf-8", "replace"))]
    found = [_read(piece[:2000]) for piece in _pieces(value)[:MAX_ADDRESSES]]
    return [one for one in found if one.name or one.urn]


def _mailbox(name: bytes, address: str) -> Mailbox:
    urn = mail_urn(re.sub(r"\s+", "", address).strip("'").removeprefix("mailto:"))
    shown = decode_header(name, MAX_NAME).strip("\"' ") if name else ""
    return Mailbox(shown if shown != address else None, urn) if shown else Mailbox(None, urn)


def _pieces(value: bytes) -> list[bytes]:
    """The header cut at its commas and semicolons; a comma before any address is part of a name."""
    pieces, start = [], 0
    for token in _TOKENS.finditer(value):
        if token[0] in (b",", b";") and b"@" in value[start : token.start()]:
            pieces.append(value[start : token.start()])
            start = token.end()
    return [piece for piece in (*pieces, value[start:]) if piece.strip(b" \t\r\n,;")]


def _read(piece: bytes) -> Mailbox:
    if b"@" not in piece and b"=?" in piece:
        piece = decode_header(piece).encode("utf-8", "replace")
    text = piece.decode("utf-8", "surrogateescape")
    head, opening, rest = text.rpartition("<")
    if opening and "@" in rest:
        address = rest.partition(">")[0].rpartition(":")[2]
        return _mailbox(_name_octets(_GROUP.sub("", head, count=1)), address)
    before, at, after = text.partition("@")
    local, domain = _STOPS.split(before)[-1], _STOPS.split(after, maxsplit=1)[0]
    if not (at and local and domain):
        return Mailbox(decode_header(piece, MAX_NAME).strip("\"'<>,;: ") or None, None)
    comment = _COMMENT.search(text)
    name = comment[1] if comment else before.removesuffix(local).rstrip("<[( ")
    return _mailbox(_name_octets(_GROUP.sub("", name, count=1)), f"{local}@{domain}")


def _name_octets(name: str) -> bytes:
    name = _COMMENT.sub(" ", name) if "(" in name and "@" in name else name
    return _ESCAPED.sub(r"\1", name.strip().strip('"')).encode("utf-8", "surrogateescape")
