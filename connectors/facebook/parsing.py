"""Understands any stored Facebook original by itself: no network, no clock, no database (G3)."""

import traceback
from collections.abc import Sequence

from connectors.facebook.envelope import Piece, PieceKind, load, pieces
from connectors.facebook.events import Event
from connectors.facebook.messages import Found, read_messaging
from connectors.facebook.public import read_change, read_polled
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Unreadable
from domain.text import storable
from domain.vocabulary import Channel


class FacebookParser:
    """Reads a webhook body, one item of it, or a polled comment or post."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The messages in one original; none in events. Raises UnreadableMessageError, nothing else."""
        body = load(raw)
        if "edge" in body:
            found: list[Found] = [read_polled(body, raw)]
        else:
            found = [each for piece in pieces(body) for each in read_piece(piece)]
        return [each for each in found if isinstance(each, InboundMessage)]


def read_piece(piece: Piece) -> list[Found]:
    """What one item of a webhook body is. Raises UnreadableMessageError."""
    if piece.kind is PieceKind.BROKEN:
        raise UnreadableMessageError("A part of the notification is not what it should be")
    return [read_change(piece)] if piece.kind is PieceKind.CHANGE else read_messaging(piece)


def try_piece(piece: Piece) -> list[Found | Unreadable]:
    """The same, with what cannot be read as such: it harms none of its siblings (W4)."""
    try:
        return [*read_piece(piece)]
    except UnreadableMessageError as error:
        return [unreadable(_identifier(piece), piece.raw, error)]


def try_polled(original: bytes, identifier: str) -> InboundMessage | Event | Unreadable:
    """A polled item, with what cannot be read as such."""
    try:
        return read_polled(load(original), original)
    except UnreadableMessageError as error:
        return unreadable(identifier, original, error)


def unreadable(identifier: str, raw: bytes, error: UnreadableMessageError) -> Unreadable:
    """An original for quarantine."""
    trace = "".join(traceback.format_exception(error))
    return Unreadable(
        channel=Channel.FACEBOOK, external_id=storable(identifier), raw=raw, error=str(error), traceback=trace
    )


def _identifier(piece: Piece) -> str:
    message = piece.item.get("message") if isinstance(piece.item, dict) else None
    mid = message.get("mid") if isinstance(message, dict) else None
    return mid if isinstance(mid, str) and mid else piece.hash
