"""Where and when a photo was taken, by its EXIF data; no picture is decoded for that.

The position is offered as a message's place where the message tells none, and marked as coming from a photo.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from config.settings import ISTANBUL
from domain.messages import InboundMessage, Place
from pipeline.pictures import picture_type

PLACE_SOURCE = "place_source"
FROM_PHOTO = "photo"
PHOTO_TAKEN_AT = "photo_taken_at"
_DATA = re.compile(rb"Exif\x00\x00(?=II\*\x00|MM\x00\*)|II\*\x00\x08\x00\x00\x00|MM\x00\*\x00\x00\x00\x08")
"""Where EXIF data begins: behind its mark, or, in some HEIC files, with the head of its TIFF structure."""
_LOOKED_AT = {"image/jpeg": 256 * 1024, "image/heic": 8 * 1024 * 1024, "image/webp": 8 * 1024 * 1024}
"""In a JPEG the data comes first; elsewhere it may stand behind the picture's own."""
_LONGEST = 64 * 1024
_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _OFFSET = 0x9003, 0x9011


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a photo tells of itself: WGS 84 degrees, and an aware time."""

    latitude: float | None = None
    longitude: float | None = None
    at: datetime | None = None


def located(message: InboundMessage) -> InboundMessage:
    """The message with the position of its first photo that has one, where it tells no place itself."""
    return located_by(message, (a.content for a in message.attachments if a.content is not None))


def located_by(message: InboundMessage, photos: Iterable[bytes]) -> InboundMessage:
    """The same by these files' contents."""
    if message.place is not None:
        return message
    for content in photos:
        taken = taken_of(content)
        if taken.latitude is not None and taken.longitude is not None:
            told = {PLACE_SOURCE: FROM_PHOTO} | ({PHOTO_TAKEN_AT: taken.at.isoformat()} if taken.at else {})
            place = Place(latitude=taken.latitude, longitude=taken.longitude)
            return replace(message, place=place, headers={**message.headers, **told})
    return message


def taken_of(content: bytes) -> Taken:
    """What a photo (JPEG, HEIC, WebP) tells of itself; nothing for any other file. Never raises."""
    found = _DATA.search(content, 0, _LOOKED_AT.get(picture_type(content) or "", 0))
    return _read(content[found.start() : found.start() + _LONGEST]) if found else Taken()


def _read(data: bytes) -> Taken:
    from PIL import Image  # costs some memory, and few files have such data

    exif = Image.Exif()
    try:
        exif.load(data)
        gps, camera = exif.get_ifd(_GPS), exif.get_ifd(_EXIF)
        latitude, longitude = _degrees(gps, 1, 90.0), _degrees(gps, 3, 180.0)
        at = _moment(camera)
    except Exception:  # whatever the reader makes of broken data: it is a hint, and the file stays
        return Taken()
    if (latitude, longitude) == (0.0, 0.0):
        latitude = longitude = None  # what cameras write that found no satellite
    return Taken(latitude=latitude, longitude=longitude, at=at)


def _degrees(gps: dict[int, Any], side: int, most: float) -> float | None:
    parts = gps.get(side + 1)
    if not parts or len(parts) != 3:
        return None
    degrees, minutes, seconds = map(float, parts)
    value = degrees + minutes / 60 + seconds / 3600
    if gps.get(side) in ("S", "W"):
        value = -value
    return round(value, 6) if abs(value) <= most else None  # which is false for no number, too


def _moment(camera: dict[int, Any]) -> datetime | None:
    try:
        naive = datetime.strptime(str(camera.get(_TAKEN, "")).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        offset = datetime.strptime(str(camera[_OFFSET]).strip("\0 "), "%z") if _OFFSET in camera else None
    except ValueError:
        return None
    return naive.replace(tzinfo=offset.tzinfo if offset else ISTANBUL).astimezone(UTC)
