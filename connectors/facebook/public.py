"""What stands on the page for everybody to read: visitors' posts and comments, polled or told by webhook.

Both ways give one item the same id, so that it is stored once. All of it is public (`private=False`): no
answer with personal data goes there.
"""

from collections.abc import Iterator
from dataclasses import replace

from connectors.facebook.contents import missing_file, named_file
from connectors.facebook.envelope import Piece
from connectors.facebook.events import Event
from connectors.facebook.messages import person
from connectors.facebook.values import Json, moment, objects_in, place_at, text_in
from connectors.json_values import as_bytes, object_in
from connectors.received_ids import hashed_id
from domain.errors import UnreadableMessageError
from domain.messages import EDITS, Attachment, InboundMessage
from domain.text import storable
from domain.vocabulary import Channel

COMMENTS, FEED = "comments", "feed"
_POSTS = frozenset({"post", "status", "photo", "video", "share", "link", "album", "mention"})
_GONE = frozenset({"remove", "hide", "delete"})
_SAID = frozenset({"add", "edit", "edited"})


def polled_raw(page: str, edge: str, post: str, item: object) -> bytes:
    """The original of a polled item: the item as it came, and where it stood."""
    return as_bytes({"page": page, "edge": edge, "post": post, "item": item})


def read_polled(original: Json, raw: bytes) -> InboundMessage | Event:
    """The message in what `polled_raw` wrote. Raises UnreadableMessageError."""
    page, edge, post = (text_in(original, name) for name in ("page", "edge", "post"))
    item = object_in(original, "item")
    if edge not in (COMMENTS, FEED):
        raise UnreadableMessageError("The original stood in no list that is known")
    author = object_in(item, "from")
    if page and text_in(author, "id") == page:
        return Event.OWN
    identifier = text_in(item, "id")
    if not identifier:
        raise UnreadableMessageError("The post or comment has no id")
    above = [text_in(object_in(item, "parent"), "id"), post] if edge == COMMENTS else []
    text = "\n".join(dict.fromkeys(filter(None, [text_in(item, "message"), *_links(item)])))
    files = list(_files(item))
    if not text and not files and not object_in(item, "place"):
        return Event.EMPTY
    kind = "comment" if edge == COMMENTS else "post"
    above = [each for each in above if each and each != identifier]
    return _inbound(kind, identifier, item, page, author, above, text, files, raw)


def read_change(piece: Piece) -> InboundMessage | Event:
    """The message in a change of a page's `feed` or `mention`. Raises UnreadableMessageError."""
    value, field = object_in(piece.item, "value"), piece.item.get("field")
    if field not in ("feed", "mention"):
        return Event.OTHER
    verb, sort = text_in(value, "verb"), text_in(value, "item")
    if verb in _GONE:
        return Event.REMOVED
    if sort not in ("comment", *_POSTS) or verb not in _SAID:
        return Event.REACTION if sort in ("reaction", "like") else Event.OTHER
    author = _author(value)
    if text_in(author, "id") == piece.page:
        return Event.OWN
    comment, post = text_in(value, "comment_id"), text_in(value, "post_id")
    identifier = comment if sort == "comment" else post
    if not identifier:
        raise UnreadableMessageError("The change names no post or comment")
    above = [text_in(value, "parent_id"), post] if sort == "comment" else []
    text = "\n".join(dict.fromkeys(filter(None, [text_in(value, "message"), *_change_links(value)])))
    original = identifier if verb != "add" else ""
    if original:  # what was stored stays; its new words are a delivery of their own
        above, identifier = [identifier, *above], f"{identifier}:edit:{hashed_id(text)[-16:]}"
    kind = "comment" if sort == "comment" else "post"
    above = [each for each in above if each and each != identifier]
    files = list(_change_files(value))
    found = _inbound(kind, identifier, value, piece.page, author, above, text, files, piece.raw)
    return replace(found, headers={**found.headers, EDITS: storable(original)}) if original else found


def _inbound(
    kind: str,
    identifier: str,
    item: Json,
    page: str,
    author: Json,
    above: list[str],
    text: str,
    files: list[Attachment],
    raw: bytes,
) -> InboundMessage:
    ours, where = person(page), object_in(item, "place")
    point = object_in(where, "location")
    link = text_in(item, "permalink_url") or text_in(object_in(item, "post"), "permalink_url")
    headers = {"facebook-type": kind, "facebook-link": storable(link)}
    return InboundMessage(
        channel=Channel.FACEBOOK,
        external_id=storable(identifier),
        sender=person(text_in(author, "id")),
        sender_name=storable(text_in(author, "name")) or None,
        recipients=(ours,) if ours else (),
        sent_at=moment(item.get("created_time")),
        text=storable(text),
        attachments=tuple(files),
        place=place_at(point.get("latitude"), point.get("longitude"), text_in(where, "name")),
        in_reply_to=storable(above[0]) if above else None,
        references=tuple(storable(each) for each in reversed(above)),
        private=False,
        headers={name: value for name, value in headers.items() if value},
        raw=raw,
    )


def _author(value: Json) -> Json:
    """Who wrote: `from`, or the older `sender_id` and `sender_name`."""
    author = object_in(value, "from")
    return author or {"id": value.get("sender_id"), "name": value.get("sender_name")}


def _parts(item: Json) -> Iterator[Json]:
    """A comment's attachment, or a post's attachments with what lies inside them (an album's pictures)."""
    attachment = object_in(item, "attachment")
    whole = [attachment] if attachment else objects_in(object_in(item, "attachments"), "data")
    for part in whole:
        inner = objects_in(object_in(part, "subattachments"), "data")
        yield from inner or [part]


def _files(item: Json) -> Iterator[Attachment]:
    for part in _parts(item):
        media = object_in(part, "media")
        address = text_in(media, "source") or text_in(object_in(media, "image"), "src")
        if _is_link(part):
            continue
        name = text_in(part, "type") or "file"
        yield named_file(address, name) if address.isprintable() and address else missing_file(name)


def _links(item: Json) -> Iterator[str]:
    for part in _parts(item):
        if _is_link(part):
            yield from (text_in(part, name) for name in ("title", "url"))


def _is_link(part: Json) -> bool:
    """Whether it is the preview of another page: its picture is not the citizen's."""
    return text_in(part, "type") in ("share", "link", "fallback", "event", "map", "note")


def _change_files(value: Json) -> Iterator[Attachment]:
    photos = value.get("photos")
    single = [value.get(name) for name in ("photo", "video")]
    for address in dict.fromkeys(
        each for each in [*(photos if isinstance(photos, list) else ()), *single] if isinstance(each, str)
    ):
        if address and address.isprintable():
            yield named_file(address, "file")
    link = text_in(value, "link")
    if text_in(value, "item") == "photo" and link.isprintable() and link and not photos:
        yield named_file(link, "photo")


def _change_links(value: Json) -> Iterator[str]:
    if text_in(value, "item") != "photo":
        yield text_in(value, "link")
