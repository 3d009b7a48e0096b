"""Understands a stored original by itself: no network, no clock, no database (G3)."""

import traceback
from collections.abc import Sequence

from connectors.base import HealthEvent
from connectors.x.direct import read_direct
from connectors.x.envelope import Kind, Piece, pieces
from connectors.x.posts import read_post
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Unreadable
from domain.vocabulary import Channel, Direction, HealthState

Found = InboundMessage | Unreadable | HealthEvent


class XParser:
    """Reads posts, direct messages and events, whether X delivered them or was asked for them."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The messages in an original. Raises UnreadableMessageError, nothing else."""
        found = [each for piece in pieces(raw) for each in _read(piece)]
        return [each for each in found if isinstance(each, InboundMessage)]


def understood(piece: Piece) -> Sequence[Found]:
    """What an item brings; an item that cannot be read is unreadable by itself (W4). Never raises."""
    try:
        return _read(piece)
    except UnreadableMessageError as error:
        return (unreadable(piece.key, piece.raw, error),)


def unreadable(key: str, raw: bytes, error: UnreadableMessageError) -> Unreadable:
    """An original for the quarantine."""
    trace = "".join(traceback.format_exception(error))
    return Unreadable(channel=Channel.X, external_id=key, raw=raw, error=str(error), traceback=trace)


def _read(piece: Piece) -> Sequence[InboundMessage | HealthEvent]:
    if piece.kind is Kind.IGNORED:
        return ()
    if piece.kind is Kind.REVOKED:
        return _revoked()
    if piece.kind is Kind.SEALED:
        raise UnreadableMessageError("An encrypted message, which only X's own programs can show: look there")
    if piece.kind is Kind.UNKNOWN:
        raise UnreadableMessageError("The item is neither a post nor a direct message nor a known event")
    message = read_post(piece) if piece.kind is Kind.POST else read_direct(piece)
    return (message,) if message else ()


def _revoked() -> Sequence[HealthEvent]:
    cause = "the account withdrew the app's access: authorise it again and store the new tokens"
    return [
        HealthEvent(direction=each, state=HealthState.DOWN, subject="account", cause=cause)
        for each in Direction
    ]
