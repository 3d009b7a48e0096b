"""What a Messenger message holds ("Messages" webhook reference). Nothing of it is dropped: what is no text
becomes a file, a place or a line of text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from connectors.facebook.values import Json, objects_in, place_at, text_in
from connectors.json_values import object_in
from domain.errors import UnreadableMessageError
from domain.messages import Attachment, Place

_ENDINGS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
}
_FILES = frozenset({"image", "video", "audio", "file", "sticker", "animated_image", "ig_reel", "reel"})
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What somebody said. `notes` are kept beside the message as its headers."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    place: Place | None = None
    notes: dict[str, str] = field(default_factory=dict)


def content_of(message: Json) -> Content:
    """The content of a message. Raises UnreadableMessageError for one that holds nothing."""
    parts = objects_in(message, "attachments")
    lines = [text_in(message, "text"), *(line for part in parts for line in _lines(part))]
    files = [file for part in parts for file in _files(part)]
    if message.get("is_unsupported"):
        files.append(missing_file("unsupported"))
    place = next((found for part in parts if (found := _place(part))), None)
    text = "\n".join(dict.fromkeys(line for line in lines if line))
    if not text and not files and place is None and not parts:
        raise UnreadableMessageError("The message holds nothing that is known")
    return Content(
        text=text, attachments=tuple(files), place=place, notes=_payload(object_in(message, "quick_reply"))
    )


def named_file(address: str, kind: str) -> Attachment:
    """A file at one of Meta's stores, still to be fetched; its name and type are read off its address."""
    name = unquote(PurePosixPath(_path(address)).name)
    suffix = PurePosixPath(name).suffix.lower()
    return Attachment(
        name=name if suffix else kind,
        media_type=_ENDINGS.get(suffix, UNKNOWN_TYPE),
        content=None,
        note="not fetched yet",
        source=address,
    )


def missing_file(kind: str) -> Attachment:
    """What somebody sent and Meta does not pass on: an operator must know that there was something."""
    note = "Facebook does not pass this on"
    return Attachment(name=kind, media_type=UNKNOWN_TYPE, content=None, note=note)


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _files(part: Json) -> Iterator[Attachment]:
    kind, address = text_in(part, "type"), text_in(object_in(part, "payload"), "url")
    if kind not in _FILES:
        return
    if address.isprintable() and address:
        yield named_file(address, kind)
    else:
        yield missing_file(kind)


def _lines(part: Json) -> Iterator[str]:
    """The words of a shared link, post, place or card, and where it leads."""
    payload = object_in(part, "payload")
    for holder in (part, payload):
        yield text_in(holder, "title")
    if text_in(part, "type") not in _FILES:
        for holder in (part, payload):
            yield text_in(holder, "url")
    for element in objects_in(object_in(payload, "generic"), "elements"):
        yield from (text_in(element, name) for name in ("title", "subtitle"))


def _place(part: Json) -> Place | None:
    where = object_in(object_in(part, "payload"), "coordinates")
    return place_at(where.get("lat"), where.get("long"), text_in(part, "title"))


def _payload(quick_reply: Json) -> dict[str, str]:
    payload = text_in(quick_reply, "payload")
    return {"facebook-payload": payload} if payload else {}
