"""The files a message names: Telegram keeps them, `file_id` is how they are asked for."""

import re
from collections.abc import Iterator

from telegram.constants import FileSizeLimit

from connectors.telegram.values import Json, child, children, text, whole
from domain.messages import Attachment

LARGEST = int(FileSizeLimit.FILESIZE_DOWNLOAD)
"""Bytes; what is larger a bot cannot have, so it is named only (T7)."""
TOO_LARGE = "larger than 20 MB, which Telegram does not hand over: it stays in the chat"
_MOST_FILES = 20
_LONGEST_NAME = 150
_PATH_SIGNS = re.compile(r'[/\\:*?"<>|\r\n\t]')
_KINDS = (
    ("live_photo", "live-photo.mp4", "video/mp4"),
    ("video", "video.mp4", "video/mp4"),
    ("animation", "animation.mp4", "video/mp4"),
    ("document", "document", "application/octet-stream"),
    ("audio", "audio.mp3", "audio/mpeg"),
    ("voice", "voice.ogg", "audio/ogg"),
    ("video_note", "video-note.mp4", "video/mp4"),
)
"""Field, name and type of what usually has neither. An animation is told twice, as a document too."""


def attachments(message: Json) -> tuple[Attachment, ...]:
    """The files of a message, each once, none fetched yet."""
    by_source: dict[str, Attachment] = {}
    for file_id, attachment in (*_media(message), *_paid(message), *_sticker(message), *_vcard(message)):
        by_source.setdefault(file_id, attachment)
    return tuple(by_source.values())[:_MOST_FILES]


def _media(message: Json) -> Iterator[tuple[str, Attachment]]:
    sizes = [size for size in children(message, "photo") if text(size, "file_id")]
    if sizes:
        yield _named(max(sizes, key=_area), "photo.jpg", "image/jpeg")
    for field, name, media_type in _KINDS:
        file = child(message, field)
        if text(file, "file_id"):
            yield _named(file, name, media_type)


def _paid(message: Json) -> Iterator[tuple[str, Attachment]]:
    for each in children(child(message, "paid_media"), "paid_media"):
        yield from _media(each)


def _sticker(message: Json) -> Iterator[tuple[str, Attachment]]:
    sticker = child(message, "sticker")
    if text(sticker, "file_id"):
        still = not (sticker.get("is_animated") or sticker.get("is_video"))
        yield _named(sticker, "sticker.webp" if still else "sticker", "image/webp" if still else _UNKNOWN)


def _vcard(message: Json) -> Iterator[tuple[str, Attachment]]:
    card = text(child(message, "contact"), "vcard")
    if card:
        content = card.encode("utf-8")
        yield "vcard", Attachment(name="contact.vcf", media_type="text/vcard", content=content)


_UNKNOWN = "application/octet-stream"


def _named(file: Json, name: str, media_type: str) -> tuple[str, Attachment]:
    file_id, size = text(file, "file_id"), whole(file, "file_size") or 0
    given = _PATH_SIGNS.sub("_", text(file, "file_name")).strip(" .")[-_LONGEST_NAME:]
    too_large = size > LARGEST
    return file_id, Attachment(
        name=given or name,
        media_type=text(file, "mime_type")[:_LONGEST_NAME] or media_type,
        content=None,
        note=TOO_LARGE if too_large else "not fetched yet",
        source=None if too_large else file_id,
    )


def _area(size: Json) -> int:
    return (whole(size, "width") or 0) * (whole(size, "height") or 0)
