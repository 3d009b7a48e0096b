"""A direct message, in the desk's terms: as the API lists it, or as older webhooks wrote it."""

from collections.abc import Iterator

from connectors.x import content
from connectors.x.envelope import Piece
from connectors.x.posts import SCHEME
from connectors.x.values import Json, child, ident, moment, text
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel

_MESSAGE = {"MessageCreate", "message_create", ""}


def read_direct(piece: Piece) -> InboundMessage | None:
    """The message; None for our own, and for people joining or leaving. Raises UnreadableMessageError."""
    event = piece.item
    if (text(event, "event_type") or text(event, "type")) not in _MESSAGE:
        return None
    inner = child(event, "message_create")
    old = child(inner, "message_data")
    sender = ident(event, "sender_id") or ident(inner, "sender_id")
    if not ident(event, "id"):
        raise UnreadableMessageError("The direct message has no id")
    if piece.us and sender == piece.us:
        return None
    files = content.attachments(event, piece.includes)
    who = content.user_of(piece.includes, sender)
    return InboundMessage(
        channel=Channel.X,
        external_id=piece.key,
        text=_said(event, old, bool(files)),
        raw=piece.raw,
        sender=Urn(SCHEME, sender) if sender else None,
        sender_name=text(who, "name") or text(who, "username") or None,
        recipients=(Urn(SCHEME, piece.us),) if piece.us else (),
        sent_at=moment(event),
        attachments=files,
        references=tuple(f"post:{number}" for _, number in _shared(event)),
        private=True,
        charset="utf-8",
        headers=dict(_headers(piece, who)),
    )


def _said(event: Json, old: Json, has_files: bool) -> str:
    """The words; a post that was shared stands in them as a link already."""
    for holder in (event, old):
        if isinstance(holder.get("text"), str):
            return content.words(holder, text(holder, "text"))
    if has_files or _shared(event):
        return ""
    raise UnreadableMessageError("The direct message holds neither words nor a file")


def _shared(event: Json) -> list[tuple[str, str]]:
    # without a type here: docs.x.com, "Direct Messages lookup"
    found = event.get("referenced_tweets") or event.get("referenced_posts")
    shared = found if isinstance(found, list) else []
    return [("shared", number) for each in shared if isinstance(each, dict) and (number := ident(each, "id"))]


def _headers(piece: Piece, who: Json) -> Iterator[tuple[str, str]]:
    found = {
        "username": text(who, "username"),
        "conversation": text(piece.item, "dm_conversation_id"),
        "event": piece.event,
    }
    yield from ((name, value) for name, value in found.items() if value)
